import type { Attachment } from 'svelte/attachments';

/**
 * Tells the page, as the custom property `--room-<name>`, how high something is that stays at an edge of the window,
 * so that what gets the focus is scrolled clear of it.
 */
export function edge(name: 'bar' | 'dock'): Attachment<HTMLElement> {
  return (element) => {
    const property = `--room-${name}`;
    const root = document.documentElement.style;
    const watch = new ResizeObserver(() => root.setProperty(property, `${element.offsetHeight}px`));
    watch.observe(element);
    return () => {
      watch.disconnect();
      root.removeProperty(property);
    };
  };
}
