/** One error of one place: a cell of an uploaded table or a field of a form. */
export interface FieldError {
  row?: number;
  column?: string;
  field?: string;
  value?: string;
  message: string;
}

/** Why a draw cannot be made: one quota that stands in the way. */
export interface Conflict {
  feature: string;
  value: string;
  message: string;
}

/** Codes that the server sends, and two of our own: `offline` (no answer at all) and `unknown`. */
export const problemCodes = [
  'unauthenticated',
  'forbidden',
  'not-found',
  'other-person',
  'wrong-stage',
  'conflict',
  'already-applied',
  'seat-taken',
  'invalid',
  'infeasible',
  'contradiction',
  'nobody-left',
  'gone',
  'too-large',
  'malformed',
  'rate-limited',
  'retry',
  'unwritable',
  'damaged',
  'offline',
  'unknown',
] as const;
export type ProblemCode = (typeof problemCodes)[number];

/** An error as the server tells it (RFC 9457), or the lack of an answer. */
export class Problem extends Error {
  constructor(
    readonly code: ProblemCode,
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly errors: FieldError[] = [],
    readonly conflicts: Conflict[] = [],
    /** Seconds after which the server takes it again; 0 where it does not say. */
    readonly after = 0,
  ) {
    super(detail || title || code);
    this.name = 'Problem';
  }

  /** Whether the same request may well succeed a little later. */
  get passing(): boolean {
    return this.code === 'retry' || this.code === 'offline' || this.code === 'rate-limited' || this.code === 'unwritable';
  }

  static from(value: unknown): Problem {
    if (value instanceof Problem) return value;
    const text = value instanceof Error ? value.message : String(value);
    return new Problem('unknown', 0, '', text);
  }

  /** Reads a problem document; anything that is not one still becomes a Problem with the status. */
  static parse(status: number, body: unknown, after: string | null = null): Problem {
    const doc = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
    const code = problemCodes.find((c) => c === doc.code) ?? codeOfStatus(status);
    return new Problem(
      code,
      status,
      text(doc.title),
      text(doc.detail),
      Array.isArray(doc.errors) ? (doc.errors as FieldError[]) : [],
      Array.isArray(doc.conflicts) ? (doc.conflicts as Conflict[]) : [],
      after !== null && /^[0-9]{1,5}$/.test(after) ? Number(after) : 0,
    );
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function codeOfStatus(status: number): ProblemCode {
  switch (status) {
    case 400:
      return 'malformed';
    case 401:
      return 'unauthenticated';
    case 403:
      return 'forbidden';
    case 404:
      return 'not-found';
    case 409:
      return 'conflict';
    case 413:
      return 'too-large';
    case 422:
      return 'invalid';
    case 429:
      return 'rate-limited';
    case 502:
    case 503:
    case 504:
      return 'retry';
    case 507:
      return 'unwritable';
    default:
      return 'unknown';
  }
}
