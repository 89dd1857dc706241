import type { BeaconPromise, Draws, Commitment, DrawRound, GroupCount, Topic } from './api/schema';
import type { Catalogue } from './i18n/en';

/** A reason why people are left out or seated, in the reader's words where it is one of ours. */
export function reasonText(reason: string, t: Catalogue, label: (feature: string) => string): string {
  const feature = /^not eligible by (.+)$/.exec(reason)?.[1];
  return feature ? t.lottery.reason_eligible(label(feature)) : (t.lottery.reasons[reason] ?? reason);
}

/**
 * The people who applied in parts that add up to all of them. What the named reasons do not cover is left out by a rule
 * between people (a household, say) where the number of seats is known, and holds a seat or is to have one otherwise.
 */
export function standingParts(of: { people: number; eligible: number; left: GroupCount[]; seated: GroupCount[]; seats?: number }) {
  const count = (groups: GroupCount[]) => groups.reduce((sum, g) => sum + g.people, 0);
  const rest = Math.max(0, of.people - of.eligible - count(of.left) - count(of.seated));
  const otherSeated = of.seats === undefined ? rest : Math.min(rest, Math.max(0, of.seats - count(of.seated)));
  return { left: of.left, seated: of.seated, otherSeated, otherLeft: rest - otherSeated };
}

/** Where a random value comes from, in words. */
export function beaconText(beacon: BeaconPromise, t: Catalogue): string {
  switch (beacon.kind) {
    case 'drand':
      return t.lottery.beacon.drand(String(beacon.round ?? ''));
    case 'public':
      return t.lottery.beacon.public(beacon.source ?? '');
    case 'phrase':
      return t.lottery.beacon.phrase;
  }
}

export const openCommitment = (draws: Draws): Commitment | undefined => draws.commitments?.find((c) => c.status === 'open');

export const lastRound = (draws: Draws): DrawRound | undefined => draws.rounds?.at(-1);

/** The draws held, the last one first: what people come for. */
export const newestFirst = (draws: Draws): DrawRound[] => [...(draws.rounds ?? [])].reverse();

/** Seats of the panel that nobody holds or is asked to take. */
export function freeSeats(topic: Topic): number {
  return Math.max(0, topic.settings.panel_size - topic.counts.seats);
}

/** The label of a feature of the form by its name. */
export function featureLabel(topic: Topic | undefined): (feature: string) => string {
  return (name) => topic?.settings.form.features?.find((f) => f.name === name)?.label || name;
}

/** A length of time in its largest whole unit, and the one below it for hours and minutes. */
export function timeLeft(ms: number, t: Catalogue): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (days >= 2) return t.lottery.days(days);
  if (hours >= 1) return minutes % 60 ? `${t.lottery.hours(hours)} ${t.lottery.minutes(minutes % 60)}` : t.lottery.hours(hours);
  if (minutes >= 1) return seconds % 60 && minutes < 10 ? `${t.lottery.minutes(minutes)} ${t.lottery.seconds(seconds % 60)}` : t.lottery.minutes(minutes);
  return t.lottery.seconds(seconds);
}
