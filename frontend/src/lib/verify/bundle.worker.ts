// Checks a bundle beside the page, which goes on answering meanwhile.
import { Broken } from './archive';
import { checkBundle } from './bundle';
import type { Report } from './check';
import type { Held } from './held';

export interface Task {
  file: Blob;
  known: string[];
  helds: Held[];
}
export type Said = { done: number; all: number } | { report: Report } | { broken: Broken['kind']; file: string };

self.onmessage = async ({ data }: MessageEvent<Task>) => {
  const say = (said: Said) => self.postMessage(said);
  try {
    say({ report: await checkBundle(data.file, data.known, data.helds, (done, all) => say({ done, all })) });
  } catch (error) {
    if (error instanceof Broken) say({ broken: error.kind, file: error.file });
    else say({ broken: 'no-zip', file: '' });
  }
};
