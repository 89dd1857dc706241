import { api } from './api/calls';
import type { Action, Stage, Topic } from './api/schema';
import { i18n } from './i18n/i18n.svelte';
import { Remote } from './loading.svelte';

/** One topic as this person sees it, shared by the pages below its address. */
export class TopicView {
  readonly remote: Remote<Topic>;
  /** Counts what the live line told of changes, so that pages read their own data again. */
  changes = $state(0);

  constructor(readonly id: string) {
    this.remote = new Remote(() => api.topic(id));
  }

  get topic(): Topic | undefined {
    return this.remote.value;
  }

  can(action: Action): boolean {
    return this.topic?.me.can?.includes(action) ?? false;
  }

  get stage(): Stage | undefined {
    const topic = this.topic;
    return topic && topic.stage_index >= 0 ? topic.settings.stages?.[topic.stage_index] : undefined;
  }

  reload = async (): Promise<void> => {
    await this.remote.load();
  };

  changed = (): void => {
    this.changes++;
    void this.remote.load();
  };

  /** The address of a part of the topic. */
  at(part = '', section = ''): string {
    return ['/topics', encodeURIComponent(this.id), part, section].filter(Boolean).join('/');
  }
}

/** A step's own title, or the usual name of its kind. */
export function stageName(stage: Stage): string {
  return stage.title || i18n.t.stages[stage.kind];
}
