import type { BoardEdit } from './edit.svelte';

/** What is dragged on the board: numbers of ideas. */
export const format = 'application/x-veche-ideas';
export const dragged = (ideas: number[]): string => JSON.stringify(ideas);

/** Lets ideas be dropped on a group; `over` is told while something that fits hangs above it. */
export function target(board: () => BoardEdit, cluster: () => number, enabled: () => boolean, over: (is: boolean) => void) {
  let depth = 0;
  const fits = (event: DragEvent) => enabled() && cluster() !== 0 && (event.dataTransfer?.types.includes(format) ?? false);
  const count = (by: number) => over((depth = Math.max(0, depth + by)) > 0);
  return {
    ondragenter: (event: DragEvent) => fits(event) && count(1),
    ondragleave: (event: DragEvent) => fits(event) && count(-1),
    ondragover: (event: DragEvent) => fits(event) && event.preventDefault(),
    ondrop: (event: DragEvent) => {
      depth = 0;
      over(false);
      if (!fits(event)) return;
      event.preventDefault();
      const edit = board();
      const ideas = (JSON.parse(event.dataTransfer!.getData(format)) as number[]).filter((i) => edit.idea(i)?.cluster !== cluster());
      if (ideas.length) edit.begin({ kind: 'move', ideas, cluster: cluster() });
    },
  };
}
