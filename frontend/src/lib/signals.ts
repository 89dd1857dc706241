import { signalKinds, type Signal } from './api/schema';

export const signalFilters = ['all', 'waiting', 'nothing', 'handed-on', ...signalKinds] as const;
export type SignalFilter = (typeof signalFilters)[number];

/** The signals that a filter shows: by kind, or by what came of looking into them. */
export function shownSignals(list: Signal[], filter: SignalFilter): Signal[] {
  switch (filter) {
    case 'all':
      return list;
    case 'waiting':
      return list.filter((s) => !s.look);
    case 'nothing':
    case 'handed-on':
      return list.filter((s) => s.look?.outcome === filter);
    default:
      return list.filter((s) => s.kind === filter);
  }
}

/** Whether a signal is about votes: then planners go on with it, and moderators otherwise. */
export const aboutVotes = (s: Signal): boolean => s.kind === 'votes' || s.arrival?.flow === 'votes';

/** The one in how many of a chance given as log10, to one leading digit; 0 where it is nothing rare. */
export function oneIn(chance: number): number {
  if (chance > -0.5) return 0;
  const digits = Math.floor(-chance);
  return Math.round(10 ** (-chance - digits)) * 10 ** digits;
}
