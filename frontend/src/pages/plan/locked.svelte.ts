import { untrack } from 'svelte';
import { api } from '$lib/api/calls';
import { Remote } from '$lib/loading.svelte';
import { openCommitment } from '$lib/lottery';
import type { TopicView } from '$lib/topic.svelte';

/** Whether a draw has been fixed and not held yet, so that quotas and rules stay as they are. Made by a component. */
export class Locked {
  readonly draws: Remote<boolean>;

  constructor(view: TopicView) {
    this.draws = new Remote(async () => openCommitment(await api.draws(view.id)) !== undefined);
    $effect(() => {
      void view.changes;
      untrack(() => void this.draws.load());
    });
  }

  get locked(): boolean {
    return this.draws.value ?? false;
  }
}
