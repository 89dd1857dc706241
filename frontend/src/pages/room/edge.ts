import type { Attachment } from 'svelte/attachments';

const clear = { bar: 8, dock: 52 }; // what stands above the dock is the way to the newest message

/**
 * Tells the page, as the custom property `--room-<name>`, how high something is that stays at an edge of the window,
 * so that what gets the focus is scrolled clear of it; and keeps what has the focus in sight when it grows.
 */
export function edge(name: 'bar' | 'dock'): Attachment<HTMLElement> {
  return (element) => {
    const property = `--room-${name}`;
    const root = document.documentElement.style;
    let before = element.offsetHeight;
    const watch = new ResizeObserver(() => {
      const now = element.offsetHeight;
      root.setProperty(property, `${now}px`);
      if (now > before) uncover(name, element, now - before);
      before = now;
    });
    watch.observe(element);
    return () => {
      watch.disconnect();
      root.removeProperty(property);
    };
  };
}

function uncover(name: 'bar' | 'dock', element: HTMLElement, grown: number): void {
  const focused = document.activeElement;
  if (!focused || focused === document.body || element.contains(focused) || focused.closest('dialog')) return;
  const edge = element.getBoundingClientRect();
  const { top, bottom } = focused.getBoundingClientRect();
  const inside = name === 'dock' ? edge.top - clear.dock - bottom : top - edge.bottom - clear.bar;
  // Whoever has scrolled away from it is left where they read.
  if (inside < 0 && inside + grown >= 0) focused.scrollIntoView({ block: 'nearest' });
}
