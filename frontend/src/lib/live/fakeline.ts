import { vi } from 'vitest';
import { Debate } from './debate.svelte';
import type { Remark } from './protocol';

/** Stands in for the browser's websocket. */
export class Line {
  static last: Line;
  readyState = 0;
  onopen: (() => void) | null = null;
  onclose: ((e: { code: number; reason: string }) => void) | null = null;
  onmessage: ((e: { data: string }) => void) | null = null;
  sent: { t: string; id?: string; rooms?: unknown }[] = [];
  constructor() {
    Line.last = this;
  }
  send(data: string) {
    this.sent.push(JSON.parse(data));
  }
  close() {
    this.readyState = 3;
  }
  opens() {
    this.readyState = 1;
    this.onopen?.();
  }
  gets(...messages: unknown[]) {
    this.onmessage?.({ data: JSON.stringify(messages) });
  }
  breaks() {
    this.readyState = 3;
    this.onclose?.({ code: 1006, reason: '' });
  }
}
export const remark = (id: number, seq: number, mine = false): Remark => ({
  id,
  seq,
  room: 3,
  author: { number: mine ? 12 : 5, role: 'participant', mine: false },
  text: `r${id}`,
  removed: '',
  time: seq,
  reply_to: 0,
});
export const event = (r: Remark) => ({ e: 'remark', ...r });

/** Puts the fake line and clock in the browser's place. */
export function stubBrowser(): void {
  vi.useFakeTimers();
  vi.stubGlobal('window', {
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
    setTimeout: (run: () => void, ms: number) => setTimeout(run, ms),
    clearTimeout: (h: never) => clearTimeout(h),
  });
  vi.stubGlobal('document', { addEventListener: () => undefined, removeEventListener: () => undefined });
  vi.stubGlobal('location', { protocol: 'http:', host: 'h' });
  vi.stubGlobal('WebSocket', Line);
}

/** A debate in the main hall and at table 3, joined, with one remark by somebody else there. */
export function joined(changed: () => void = () => undefined): { debate: Debate; stop: () => void } {
  const debate = new Debate('t', [0, 3], { changed, signedOut: () => undefined });
  const stop = debate.start();
  Line.last.opens();
  Line.last.gets(
    { t: 'joined', topic: 't', epoch: 7, rooms: [0, 3], number: 12, role: 'participant', now: Date.now() },
    { t: 'reset', room: 0, epoch: 7, last: 0, more: false, remarks: [] },
    { t: 'reset', room: 3, epoch: 7, last: 9, more: false, remarks: [remark(1, 9)] },
  );
  debate.look(3);
  return { debate, stop };
}
