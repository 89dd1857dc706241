import { Problem } from './problem';

export interface Options {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as it is, with this content type. */
  raw?: { type: string; body: string | Blob };
  /** Safe to send again: reads, and commands that carry a client id. */
  repeatable?: boolean;
  signal?: AbortSignal;
  /** Whose command it is, as the session marks them; '' for nobody's. Without it, that of who was last seen signed in. */
  as?: string;
}

let acting = '';
let estranged = (): void => undefined;

/** Says whose commands are sent from now on: the server takes none of theirs once somebody else has signed in here. */
export function actAs(mark: string): void {
  acting = mark;
}

/** Is told when the server refused something because somebody else, or nobody, is signed in. */
export function onEstranged(told: () => void): void {
  estranged = told;
}

const waits = [300, 1200]; // milliseconds before the second and the third try, each halved or not by chance
const patience = 3; // seconds: who is told to come back sooner than that need not hear of it

/** Sends one request and gives the decoded answer; throws a Problem for anything but success. */
export async function request<T>(path: string, options: Options = {}): Promise<T> {
  const method = options.method ?? 'GET';
  const repeatable = options.repeatable ?? method === 'GET';
  for (let attempt = 0; ; attempt++) {
    try {
      return await once<T>(method, path, options);
    } catch (error) {
      if (options.signal?.aborted) throw error;
      const problem = Problem.from(error);
      if (problem.code === 'other-person' || problem.code === 'unauthenticated') estranged();
      let wait = waits[attempt];
      if (problem.code === 'rate-limited') {
        if (attempt > 0 || problem.after === 0 || problem.after > patience) throw problem;
        wait = problem.after * 2000; // at least what was asked for, and not all in one instant
      } else if (problem.code !== 'retry' && problem.code !== 'offline') throw problem;
      if (!repeatable || wait === undefined) throw problem;
      await new Promise((resolve) => setTimeout(resolve, wait * (0.5 + Math.random() / 2)));
    }
  }
}

async function once<T>(method: string, path: string, options: Options): Promise<T> {
  const headers: Record<string, string> = { Accept: 'application/json, application/problem+json' };
  const as = options.as ?? acting;
  if (method !== 'GET' && as) headers['Veche-As'] = as;
  let body: string | Blob | undefined;
  if (options.json !== undefined) {
    headers['Content-Type'] = 'application/json';
    body = JSON.stringify(options.json);
  } else if (options.raw) {
    headers['Content-Type'] = options.raw.type;
    body = options.raw.body;
  } else if (method !== 'GET') {
    headers['Content-Type'] = 'application/json';
  }
  let response: Response;
  try {
    response = await fetch(path, { method, headers, body, credentials: 'same-origin', signal: options.signal });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new Problem('offline', 0, '', '');
  }
  const text = await response.text();
  const decoded = decode(text);
  if (!response.ok) throw Problem.parse(response.status, decoded, response.headers.get('Retry-After'));
  if (text !== '' && decoded === undefined) {
    throw new Problem('unknown', response.status, '', `${path}: the answer is not JSON`);
  }
  const now = Number(response.headers.get('Veche-Now'));
  if (now > 0) (decoded as { now: number }).now = now; // the browser may have kept the body from earlier
  return decoded as T;
}

function decode(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
