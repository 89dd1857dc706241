import type { BeaconPromise, Draws, Commitment, DrawRound, Topic } from './api/schema';
import type { Catalogue } from './i18n/en';

/** A reason why people are left out or seated, in the reader's words where it is one of ours. */
export function reasonText(reason: string, t: Catalogue, label: (feature: string) => string): string {
  const feature = /^not eligible by (.+)$/.exec(reason)?.[1];
  return feature ? t.lottery.reason_eligible(label(feature)) : (t.lottery.reasons[reason] ?? reason);
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
