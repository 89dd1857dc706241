import { uuid } from '../uuid';
import { Problem } from './problem';
import { request } from './request';
import type * as S from './schema';

const at = (topic: string, rest = '') => `/api/topics/${encodeURIComponent(topic)}${rest}`;

/** A command: it carries a client id, so sending it again after a lost answer counts once. */
function command<T>(path: string, body: object, method: 'POST' | 'PUT' = 'POST', id = uuid(), as?: string): Promise<T> {
  return request<T>(path, { method, json: { client_id: id, ...body }, repeatable: true, as });
}

function query(values: Record<string, string | number | undefined>): string {
  const q = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== '' && value !== 0) q.set(name, String(value));
  }
  const text = q.toString();
  return text ? `?${text}` : '';
}

/** What an older server does not know is none. */
async function orNone<T>(answer: Promise<T>, none: T): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Problem && error.code === 'not-found') return none;
    throw error;
  }
}

export const api = {
  session: () => request<S.Session>('/api/session'),
  signIn: (code: string) => request<S.Session>('/api/session', { method: 'POST', json: { code }, as: '' }),
  /** Sends a message with a link, that leads on to the path next, and digits; says nothing about the address. */
  askByMail: (address: string, lang: string, next: string) =>
    request<{ minutes: number }>('/api/session/mail', { method: 'POST', json: { address, lang, next }, as: '' }),
  askByPhone: (number: string, lang: string) =>
    request<{ minutes: number }>('/api/session/phone', { method: 'POST', json: { number, lang }, as: '' }),
  /** By the code of a letter on paper; answers the topic that it was sent for. */
  signInByLetter: (code: string) =>
    request<{ topic: string; session: S.Session }>('/api/session/letter', { method: 'POST', json: { code }, as: '' }),
  signInByLink: (link: string) => request<S.Session>('/api/session/link', { method: 'POST', json: { link }, as: '' }),
  signInByDigits: (digits: string) => request<S.Session>('/api/session/digits', { method: 'POST', json: { digits }, as: '' }),
  beginCity: () => request<{ location: string }>('/api/session/city', { method: 'POST', json: {}, as: '' }),
  finishCity: (state: string, code: string) =>
    request<S.Session>('/api/session/city/done', { method: 'POST', json: { state, code }, as: '' }),
  /** As beginCity, to join the city's identity to the account of who is signed in. */
  beginJoin: () => request<{ location: string }>('/api/session/city/join', { method: 'POST', json: {} }),
  passStep: (code: string) => request<S.Session>('/api/session/step', { method: 'POST', json: { code }, as: '' }),
  proposeStep: () => request<S.StepProposal>('/api/session/step/new', { method: 'POST', json: {}, as: '' }),
  /** Puts it in force; the recovery codes are told this once. */
  confirmStep: (code: string) =>
    request<{ recovery: string[]; session: S.Session }>('/api/session/step/confirm', { method: 'POST', json: { code }, as: '' }),
  account: () => request<S.Account>('/api/account'),
  endSignIn: (id: string) => request<unknown>('/api/account/sign-ins/end', { method: 'POST', json: { id } }),
  endSignIns: () => request<unknown>('/api/account/sign-ins/end', { method: 'POST', json: { all: true } }),
  /** For administrators: who has a duty, and what was done with accounts. */
  people: () => request<{ people: S.Holder[]; changes: S.AccountChange[] }>('/api/people'),
  findPerson: (address: string) => request<S.Holder>('/api/people/find', { method: 'POST', json: { address } }),
  resetPerson: (id: string) => request<{ told: boolean }>(`/api/people/${encodeURIComponent(id)}/reset`, { method: 'POST', json: {} }),
  signOut: () => request<S.Session>('/api/session', { method: 'DELETE', as: '' }),

  /** How the installation is, and what an examination of its data finds: it may take minutes. */
  installation: () => request<S.Installation>('/api/installation'),
  examineInstallation: () => request<S.Examination>('/api/installation/examination'),
  /** The facts of data protection, and the note of a breach. */
  protection: (lang: string) => request<S.FactsDocument>(`/api/data-protection${query({ lang })}`),
  breach: (x: S.Incident, lang: string) => request<S.FactsDocument>(`/api/data-protection/breach${query({ ...x, lang })}`),
  breachFile: (x: S.Incident, lang: string) => `/api/data-protection/breach${query({ ...x, lang, file: 'md' })}`,

  /** What is held of the person who asks, and what they can do about it. */
  myData: () => request<S.MyData>('/api/my-data'),
  giveConsent: (t: string, version: string) => command<unknown>(at(t, '/consent'), { version }, 'PUT'),
  withdrawConsent: (t: string, id: string) =>
    request<S.ErasedPart>(at(t, `/consent${query({ client_id: id })}`), { method: 'DELETE', repeatable: true }),
  eraseMe: (texts: boolean) => request<S.ErasureCertificate>('/api/my-data/erasure', { method: 'POST', json: { texts } }),

  /** Everything that all may read; a page goes on where the answer's next says. */
  search: (q: Record<string, string | number | undefined>) => request<S.Found>(`/api/search${query(q)}`),
  vocabularies: () => request<S.Vocabularies>('/api/vocabularies'),

  topics: () => request<{ topics: S.TopicSummary[] }>('/api/topics'),
  topic: (t: string) => request<S.Topic>(at(t)),
  createTopic: (settings: S.Settings, id: string) => command<{ id: string }>('/api/topics', settings, 'POST', id),
  saveSettings: (t: string, settings: S.Settings) =>
    command<unknown>(at(t, '/settings'), settings, 'PUT'),
  openStage: (t: string, stage: number) => command<unknown>(at(t, '/stage'), { stage }),

  apply: (t: string, form: S.ApplicationAnswers, id: string) =>
    command<{ ack: S.Ack; status: S.ApplicationStatus; receipt: string }>(at(t, '/application'), form, 'POST', id),
  withdraw: (t: string) =>
    request<unknown>(at(t, `/application${query({ client_id: uuid() })}`), { method: 'DELETE', repeatable: true }),
  importPeople: (t: string, csv: string | Blob) =>
    request<{ imported: number }>(at(t, '/people'), { method: 'POST', raw: { type: 'text/csv', body: csv } }),
  /** The tables that people were brought in from; none where the server keeps no list. */
  imports: (t: string) => orNone(request<{ imports: S.ImportRow[] | null }>(at(t, '/imports')), { imports: null }),
  withdrawImport: (t: string, number: number) =>
    request<unknown>(at(t, `/imports/${number}${query({ client_id: uuid() })}`), { method: 'DELETE', repeatable: true }),
  pool: (t: string) => request<S.Pool>(at(t, '/pool')),

  /** Proposes quotas from census counts; saves nothing. */
  census: (t: string, csv: string | Blob, size: number, tolerance: number) =>
    request<{ population: S.Population; quotas: S.Quota[] | null }>(at(t, `/population${query({ size, tolerance: String(tolerance) })}`), {
      method: 'POST',
      raw: { type: 'text/csv', body: csv },
      repeatable: true,
    }),
  checkDraw: (t: string) => request<S.DrawCheck>(at(t, '/draw/check'), { method: 'POST', json: {}, repeatable: true }),
  commitDraw: (t: string, beacon: { kind: S.BeaconKind; round?: number; source?: string; phrase?: string; expected?: number }) =>
    command<S.Commitment>(at(t, '/draw/commit'), { beacon }),
  abortDraw: (t: string, reason: string) => command<unknown>(at(t, '/draw/abort'), { reason }),
  /** Draws from the open commitment with the beacon's value, or at once from a phrase. */
  draw: (t: string, by: { beacon: string; signature?: string } | { seed: string }) =>
    command<{ round: number; report: S.DrawReport }>(at(t, '/draw'), by),
  draws: (t: string) => request<S.Draws>(at(t, '/draw')),
  /** The receipt of one's own application, as a file. */
  applicationFile: (t: string) => at(t, '/application/receipt'),
  receipt: (t: string, round: number) => request<S.Receipt>(at(t, `/draw/${round}/receipt`)),
  seats: (t: string) => request<{ seats: S.SeatRow[] | null }>(at(t, '/seats')),
  /** Answers seats for people who answered by letter or telephone. */
  answerSeats: (t: string, seats: number[], answer: 'accept' | 'decline') =>
    command<unknown>(at(t, '/seats/answer'), { seats, answer }),
  marks: (t: string) => orNone(request<{ marks: S.MarkRow[] | null }>(at(t, '/marks')), { marks: null }),
  mark: (t: string, mark: S.Mark, reason: string, ids: string[]) => command<unknown>(at(t, '/marks'), { mark, reason, ids }),
  answerSeat: (t: string, answer: 'accept' | 'decline') =>
    command<{ ack: S.Ack; status: S.SeatStatus }>(at(t, '/seat'), { answer }),
  /** Accepts every open seat: those people answered by letter or telephone. */
  acceptSeats: (t: string) => command<{ ack: S.Ack; accepted: number }>(at(t, '/seats/accept'), { all: true }),
  seatTables: (t: string, seed: string, together: [number, number][], apart: [number, number][]) =>
    command<{ tables: number }>(at(t, '/tables'), { seed, together, apart }),
  openTableRound: (t: string, round: number) => command<{ round: number }>(at(t, '/tables/round'), { round }),
  tables: (t: string) => request<S.Tables>(at(t, '/tables')),

  remarks: (t: string, room: number, before?: number, limit = 50) =>
    request<S.RemarkPage>(at(t, `/rooms/${room}/remarks${query({ before, limit })}`)),
  /** `as` is whose words they are, as the session marks them: the server takes no other's. */
  say: (t: string, room: number, text: string, reply_to: number, id: string, as?: string) =>
    command<{ ack: S.Ack; id: number }>(at(t, `/rooms/${room}/remarks`), { text, reply_to }, 'POST', id, as),
  removeRemark: (t: string, remark: number, reason: string) =>
    command<unknown>(at(t, `/remarks/${remark}/remove`), { reason }),

  floor: (t: string, room: number) => request<S.FloorView>(at(t, `/rooms/${room}/floor`)),
  /** Raising a hand and the like where the live line is down; `next`, a facilitator's, passes the turn. */
  doFloor: (t: string, room: number, what: S.FloorWish, turn = 0, step = 0, id = uuid(), as?: string) =>
    command<{ ack: S.DebateAck }>(at(t, `/rooms/${room}/floor`), { what, turn, step }, 'POST', id, as),
  react: (t: string, remark: number, reaction: S.Reaction, id = uuid(), as?: string) =>
    command<{ ack: S.DebateAck }>(at(t, `/remarks/${remark}/reaction`), { reaction }, 'PUT', id, as),
  feed: (t: string, room: number, order: S.FeedOrder, offset = 0, limit = 30, seed = 0) =>
    request<S.Feed>(at(t, `/rooms/${room}/feed${query({ order, offset, limit, seed })}`)),
  /** A remark and all replies below it. */
  thread: (t: string, remark: number) => request<{ remarks: S.Remark[] }>(at(t, `/remarks/${remark}/thread`)),
  pin: (t: string, remark: number, pinned: boolean) => command<{ ack: S.DebateAck }>(at(t, `/remarks/${remark}/pin`), { pinned }),

  flag: (t: string, remark: number, reason: S.FlagReason, note: string, id: string) =>
    command<{ ack: S.DebateAck; flag: number; receipt: string }>(at(t, `/remarks/${remark}/flag`), { reason, note }, 'POST', id),
  myFlags: (t: string) => request<{ flags: S.MyFlag[] }>(at(t, '/flags/mine')),
  flagIdea: (t: string, idea: number, reason: S.FlagReason, note: string, id: string) =>
    command<{ ack: S.DebateAck; flag: number; receipt: string }>(at(t, `/ideas/${idea}/flag`), { reason, note }, 'POST', id),

  cases: (t: string) => request<S.Cases>(at(t, '/cases')),
  claimCases: (t: string, cases: S.Subject[], release: boolean) => command<{ ack: S.DebateAck }>(at(t, '/cases/claim'), { cases, release }),
  /** Decides on several texts at once; `proposed` of them wait for a second person. */
  settleCases: (t: string, cases: S.Subject[], outcome: 'kept' | 'removed', reason: string) =>
    command<{ ack: S.DebateAck; proposed: number }>(at(t, '/cases/settle'), { cases, outcome, reason }),
  makeAppeal: (t: string, subject: S.Subject, text: string, id: string) =>
    command<{ ack: S.DebateAck; appeal: number }>(at(t, '/appeals'), { subject, text }, 'POST', id),
  hearAppeal: (t: string, appeal: number, outcome: 'granted' | 'declined', reason: string) =>
    command<{ ack: S.DebateAck }>(at(t, `/appeals/${appeal}`), { outcome, reason }),
  decisions: (t: string) => request<{ now: number; decisions: S.Decision[] }>(at(t, '/decisions')),
  sanctions: (t: string) => request<{ now: number; sanctions: S.Sanction[] }>(at(t, '/sanctions')),
  punish: (t: string, person: number, kind: S.SanctionKind, minutes: number, reason: string) =>
    command<{ ack: S.DebateAck; sanction: number }>(at(t, '/sanctions'), { person, kind, minutes, reason }),
  liftSanction: (t: string, sanction: number, reason: string) => command<{ ack: S.DebateAck }>(at(t, `/sanctions/${sanction}/lift`), { reason }),
  /** Takes parts out of a text of one's own, from and to in UTF-16 code units. */
  mask: (t: string, subject: S.Subject, spans: [number, number][], id: string) =>
    command<{ ack: S.DebateAck; text: string }>(at(t, '/mask'), { subject, spans }, 'POST', id),
  moderation: (t: string) => request<{ rules: S.ModerationRules; replies: S.Reply[]; statistics: S.ModerationFigures | null }>(at(t, '/moderation')),
  saveModeration: (t: string, rules: S.ModerationRules) => command<unknown>(at(t, '/moderation'), rules, 'PUT'),
  /** The rules and the reasons to choose from, without the figures. */
  reasons: (t: string) => request<{ rules: S.ModerationRules; replies: S.Reply[] }>(at(t, '/moderation?only=rules')),
  saveReplies: (t: string, replies: S.Reply[]) => command<unknown>(at(t, '/replies'), { replies }, 'PUT'),

  doubles: (t: string, show: 'open' | 'judged', from: number, limit: number) => request<S.Doubles>(at(t, `/doubles?show=${show}&from=${from}&limit=${limit}`)),
  /** How many pairs there are, and how many nobody has judged: for who draws. */
  countDoubles: (t: string) => request<{ found: number; open: number }>(at(t, '/doubles/count')),
  judgeDouble: (t: string, judgement: { a: number; b: number; verdict: S.DoubleVerdict; stands: number; reason: string }) => command<unknown>(at(t, '/doubles'), judgement),
  askDeletion: (t: string, title: string, reason: string) => command<unknown>(at(t, '/deletion'), { title, reason }),
  decideDeletion: (t: string, outcome: S.DeletionStatus, reason: string) => command<unknown>(at(t, '/deletion/answer'), { outcome, reason }),
  deleted: () => request<{ deleted: S.DeletedTopic[] }>('/api/deleted'),

  disclosures: (t: string) => request<{ disclosures: S.Disclosure[]; now: number }>(at(t, '/disclosures')),
  askDisclosure: (t: string, wish: { subject: { kind: string; number: number }; ground: S.DisclosureGround; reason: string }) =>
    command<{ number: number }>(at(t, '/disclosures'), wish),
  decideDisclosure: (t: string, number: number, granted: boolean, reason: string) => command<unknown>(at(t, `/disclosures/${number}/answer`), { granted, reason }),
  /** Not sent again by itself: the name is shown once. */
  showDisclosure: (t: string, number: number) => request<{ author: S.Author }>(at(t, `/disclosures/${number}/show`), { method: 'POST', json: { client_id: uuid() } }),

  signals: (t: string) => request<S.Signals>(at(t, '/signals')),
  seekSignals: (t: string) => command<{ run: number }>(at(t, '/signals'), {}),
  lookIntoSignal: (t: string, key: string, outcome: S.SignalOutcome, reason: string) => command<unknown>(at(t, '/signals/look'), { key, outcome, reason }),
  problems: (t: string) => request<S.Troubles>(at(t, '/problems')),
  reportProblem: (t: string, what: { about: S.TroubleAbout; proposal: number; text: string }, id: string) =>
    command<{ problem: number }>(at(t, '/problems'), what, 'POST', id),
  answerProblem: (t: string, problem: number, what: { status: 'in-hand' | 'solved'; text: string; responsible: string; due: number }) =>
    command<unknown>(at(t, `/problems/${problem}/step`), what),
  reopenProblem: (t: string, problem: number, text: string) => command<unknown>(at(t, `/problems/${problem}/reopen`), { text }),

  wall: (t: string, signal?: AbortSignal) => request<S.Wall>(at(t, '/wall'), { signal }),
  /** Rooms from first to last, both included; 0 and 0 for the main hall. */
  steer: (t: string, from: number, to: number, action: S.SteerAction, by: { step?: number; seconds?: number } = {}) =>
    command<{ ack: S.DebateAck }>(at(t, '/steer'), { from, to, action, ...by }),
  /** Sends people to a table, by their seat numbers. */
  place: (t: string, people: number[], table: number) => command<{ ack: S.DebateAck }>(at(t, '/places'), { people, table }),
  mergeTables: (t: string, from: number, into: number) => command<{ ack: S.DebateAck }>(at(t, '/tables/merge'), { from, into }),
  /** Joins tables that have become too small, those of `from` or all; a dry run only tells which. */
  rebalance: (t: string, dry: boolean, from: number[] = []) =>
    command<{ joins: S.TableJoin[]; filled: number; ack?: S.DebateAck }>(at(t, '/tables/rebalance'), { dry, from }),

  questions: (t: string, limit?: number) => request<S.Questions>(at(t, `/questions${query({ limit })}`)),
  ask: (t: string, room: number, text: string, id: string) =>
    command<{ ack: S.DebateAck; question: number }>(at(t, `/rooms/${room}/questions`), { text }, 'POST', id),
  support: (t: string, question: number, support: boolean) =>
    command<{ ack: S.DebateAck }>(at(t, `/questions/${question}/support`), { support }, 'PUT'),
  /** Folds questions into another; into 0 takes them out again. */
  foldQuestions: (t: string, into: number, from: number[]) => command<{ ack: S.DebateAck }>(at(t, '/questions/fold'), { into, from }),
  answerQuestion: (t: string, question: number, text: string) =>
    command<{ ack: S.DebateAck }>(at(t, `/questions/${question}/answer`), { text }),
  /** Is being answered in the main hall now; 0: none. */
  takeQuestion: (t: string, question: number) => command<{ ack: S.DebateAck }>(at(t, '/questions/take'), { question }),
  similarQuestions: (t: string, text: string, signal?: AbortSignal) =>
    request<{ similar: S.SimilarQuestion[] }>(at(t, '/questions/similar'), { method: 'POST', json: { text }, signal }),

  report: (t: string, room: number, text: string, id: string) =>
    command<{ ack: S.DebateAck }>(at(t, `/rooms/${room}/report`), { text }, 'POST', id),
  /** The last first; `total` is how many there are in all. */
  reports: (t: string, what: { room?: number; limit?: number } = {}) =>
    request<{ reports: S.TableReport[]; total: number }>(at(t, `/reports${query(what)}`)),

  ideas: (t: string, filter: { cluster?: number; mine?: 1; q?: string; after?: number; offset?: number; limit?: number } = {}) =>
    request<{ total: number; partial: boolean; ideas: S.Idea[] | null }>(at(t, `/ideas${query(filter)}`)),
  /** A new idea, perhaps out of a message, one that goes back to another, or one's own option of a poll. */
  submitIdea: (t: string, text: string, lang: string, origin_remark: number, id: string, back: { of?: number; relation?: S.IdeaRelation; poll?: number } = {}) =>
    command<{ ack: S.Ack; id: number }>(at(t, '/ideas'), { text, lang, origin_remark, ...back }, 'POST', id),
  /** Ideas that came on paper, in letters and from meetings, with their receipts: the registrar's list, the last first. */
  papers: (t: string, window: { offset?: number; limit?: number; idea?: number } = {}) => request<{ total: number; ideas: S.PaperIdea[] }>(at(t, `/paper${query(window)}`)),
  /** Says what a table of them would enter, and enters it unless only asked to check. */
  importPapers: (t: string, csv: string | Blob, check: boolean, id = uuid()) =>
    request<S.PaperImport>(at(t, `/paper/file${query(check ? { check: 1 } : { client_id: id })}`), { method: 'POST', raw: { type: 'text/csv', body: csv }, repeatable: true }),
  enterPaper: (t: string, what: S.PaperEntry, id: string) => command<S.PaperReceipt>(at(t, '/paper'), what, 'POST', id),
  /** What became of the idea whose receipt one holds. */
  findPaper: (t: string, number: number, code: string) => request<S.Fate>(at(t, '/paper/find'), { method: 'POST', json: { number, code }, repeatable: true }),
  claimPaper: (t: string, number: number, code: string) => command<unknown>(at(t, '/paper/claim'), { number, code }),
  similar: (t: string, text: string, lang: string, poll: number, signal?: AbortSignal) =>
    request<S.Draft>(at(t, '/similar'), { method: 'POST', json: { text, lang, poll }, signal }),
  /** Only what is personal in a text; it looks nothing up and is there however busy the searches are. */
  personal: (t: string, text: string, lang: string) => request<S.Draft>(at(t, '/personal'), { method: 'POST', json: { text, lang } }),

  cluster: (t: string, clusters: number) =>
    command<{ run: number; clusters: number }>(at(t, '/clustering'), { clusters }),
  /** The whole board, or what has changed since that seq of that epoch. */
  board: (t: string, since: { epoch?: number; since?: number } = {}) => request<S.BoardChange>(at(t, `/board${query(since)}`)),
  boardIdeas: (t: string, filter: S.BoardFilter, window: { offset?: number; limit?: number; would?: 1 } = {}, signal?: AbortSignal) =>
    request<{ total: number; partial: boolean; seq: number; ideas: S.Idea[] }>(at(t, `/board/ideas${query({ ...filter, ...window })}`), { signal }),
  /** Only the numbers of all of them, as many as one step takes. */
  boardIds: (t: string, filter: S.BoardFilter) =>
    request<{ total: number; seq: number; ids: number[] }>(at(t, `/board/ideas${query({ ...filter, ids: 1 })}`)),
  operations: (t: string, before: number, limit = 50) =>
    request<{ operations: S.Operation[]; total: number }>(at(t, `/board/operations${query({ before, limit })}`)),
  /** Growth, authors, balance, the map, and where the ideas since the last sorting would go. */
  insights: (t: string) => request<S.Insights>(at(t, '/board/insights')),
  authorMix: (t: string) => request<S.AuthorMix>(at(t, '/board/authors')),
  /** The board as it would be with another number of groups; nothing changes. */
  cut: (t: string, clusters: number, signal?: AbortSignal) => request<S.Cut>(at(t, `/board/cut${query({ clusters })}`), { signal }),
  /** A step on the board as it was at seq `seen`: refused where somebody else has changed meanwhile what it is about. */
  edit: (t: string, op: S.BoardOp, reason: string, seen: number) =>
    command<{ ack: S.Ack; seq: number; cluster: number; draft: number }>(at(t, '/board'), { reason, op, seen }),
  /** Confirms a proposed step as it was at seq `seen`, refuses it for a reason, or withdraws one's own. */
  settleStep: (t: string, draft: number, outcome: 'confirmed' | 'refused' | 'withdrawn', reason: string, seen: number) =>
    command<unknown>(at(t, `/board/drafts/${draft}`), { outcome, reason, seen }),
  proposeSplit: (t: string, cluster: number) => request<{ seq: number; parts: S.SplitPart[] }>(at(t, `/board/split${query({ cluster })}`)),
  /** Tells where on the board one works, and learns where others do. */
  workAt: (t: string, cluster: number) =>
    request<{ others: S.Colleague[]; board: string }>(at(t, '/board/place'), { method: 'PUT', json: { cluster }, repeatable: true }),
  undo: (t: string, seq: number, reason: string) => command<{ draft: number }>(at(t, '/board/undo'), { seq, reason }),

  freezeItems: (t: string, items: S.ItemChoice[]) => command<{ items: number; digest: string }>(at(t, '/items'), { items }),
  rating: (t: string) => request<S.Rating>(at(t, '/rating')),
  /** The items to put before the voter next. */
  nextItems: (t: string) => request<{ next: number[] }>(at(t, '/rating/next')),
  /** With what was put before the voter since their last vote, and whether this item was. */
  vote: (t: string, item: number, what: { vote: S.VoteValue; unclear: boolean; way: 'routed' | 'chosen'; shown: number[] }, id: string) =>
    command<{ ack: S.Ack }>(at(t, `/votes/${item}`), what, 'PUT', id),
  standing: (t: string) => request<S.StandingView>(at(t, '/ranking/standing')),
  whatIf: (t: string) => request<S.WhatIfView>(at(t, '/ranking/what-if')),
  /** The pairs to put before the voter next, none before they have rated enough. */
  pairs: (t: string) => request<{ pairs: S.Pair[]; compared: number }>(at(t, '/rating/pairs')),
  comparePair: (t: string, what: S.Pair & { word: S.PairWord }, id: string) => command<{ ack: S.Ack }>(at(t, '/pairs'), what, 'PUT', id),
  /** The word of somebody who was not drawn, where the rating is open to all. */
  voteOpen: (t: string, item: number, vote: S.VoteValue, id: string) => command<{ ack: S.Ack }>(at(t, `/open-votes/${item}`), { vote }, 'PUT', id),
  rules: (t: string) => request<S.Rules>(at(t, '/rule')),
  setRule: (t: string, rule: { order: S.Order; hidden: boolean; strata: string[]; quorum: number; open: boolean; pairs: number; reason: string }) => command<{ ack: S.Ack }>(at(t, '/rule'), rule, 'PUT'),
  tally: (t: string) =>
    command<{ run: number; items: number; ballots: number; groups: number }>(at(t, '/tally'), {}),
  ranking: (t: string) => request<S.Ranking>(at(t, '/ranking')),
  why: (t: string, item: number) => request<S.Why>(at(t, `/ranking/${item}`)),

  polls: (t: string) => request<{ polls: S.Poll[] }>(at(t, '/polls')),
  /** Makes a poll, or changes one that is not open yet (poll not 0). */
  makePoll: (t: string, poll: number, terms: S.PollTerms) => command<{ poll: number }>(at(t, `/polls${poll ? `/${poll}` : ''}`), terms, poll ? 'PUT' : 'POST'),
  /** The question of a closed poll once more. */
  askAgain: (t: string, what: { after: number; when: S.PollTime; live: boolean; closes: number }) => command<{ poll: number }>(at(t, '/polls'), what),
  movePoll: (t: string, poll: number, step: 'open' | 'close') => command<{ ack: S.Ack }>(at(t, `/polls/${poll}/${step}`), {}),
  addOption: (t: string, poll: number, idea: number, option: string) => command<{ option: number }>(at(t, `/polls/${poll}/options`), { idea, option }),
  castBallot: (t: string, poll: number, options: number[]) => command<{ ack: S.Ack }>(at(t, `/polls/${poll}/ballot`), { options }, 'PUT'),
  ratingReceipt: (t: string) => at(t, '/rating/receipt'),
  ballotReceipt: (t: string, poll: number) => at(t, `/polls/${poll}/receipt`),
  pollTable: (t: string, poll: number) => at(t, `/polls/${poll}/results.csv`),

  proposals: (t: string) => request<{ proposals: S.Proposal[] }>(at(t, '/proposals')),
  /** Puts a proposal forward, or words one anew (id not 0). */
  propose: (t: string, id: number, what: { items: number[]; title: string; summary: string; cost: string }) =>
    command<{ ack: S.Ack; id: number }>(at(t, `/proposals${id ? `/${id}` : ''}`), what, id ? 'PUT' : 'POST'),
  answerProposal: (t: string, id: number, what: { decision: S.Verdict; reason: string; budget: string; responsible: string; due: number }) =>
    command<{ ack: S.Ack }>(at(t, `/proposals/${id}/answer`), what),
  reportProgress: (t: string, id: number, status: S.ProgressStatus, note: string) =>
    command<{ ack: S.Ack }>(at(t, `/proposals/${id}/progress`), { status, note }),
  fate: (t: string) => request<{ ideas: S.Fate[]; invitations: S.Invitation[]; table: number[] }>(at(t, '/ideas/fate')),
  inviteCoauthor: (t: string, idea: number, number: number, id: string) => command<unknown>(at(t, `/ideas/${idea}/coauthors`), { number }, 'POST', id),
  answerInvitation: (t: string, idea: number, accept: boolean) => command<unknown>(at(t, `/ideas/${idea}/coauthors/answer`), { accept }),
  /** Withdraws the invitation of that number, or with 0 leaves the idea. */
  endInvitation: (t: string, idea: number, number: number) => command<unknown>(at(t, `/ideas/${idea}/coauthors/end`), { number }),

  history: (t: string, after: number, limit = 100) =>
    request<S.History>(at(t, `/history${query({ after, limit })}`)),
  erase: (t: string, what: { remark: number } | { idea: number }, reason: string) =>
    command<unknown>(at(t, '/texts/erase'), { ...what, reason }),

  /** Addresses for plain download links; the session cookie goes with them. */
  rankingFile: (t: string, kind: 'csv' | 'xlsx' | 'json' | 'html') => at(t, `/ranking.${kind}`),
  drawFile: (t: string, round: number, name: 'report.html' | 'proof.json' | 'seats.csv' | 'receipt', query = '') => at(t, `/draw/${round}/${name}${query}`),
  /** Whether a commitment can be saved now: not while it holds a phrase that is secret, nor from an older server. */
  hasCommitmentFile: (t: string, number: number) =>
    orNone(
      request<unknown>(at(t, `/draw/commitments/${number}/commitment.json`)).then(() => true),
      false,
    ),
  commitmentFile: (t: string, number: number) => at(t, `/draw/commitments/${number}/commitment.json`),
  bundleFile: (t: string, reader: 'public' | 'auditor') => at(t, `/bundle.zip?for=${reader}`),
};
