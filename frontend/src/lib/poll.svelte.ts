/**
 * Reads again and again while the page is looked at: `ms` after the last answer, each page at a time of its own, and at
 * once when somebody comes back to it. Made by a component; it ends with that.
 */
export function polling(read: () => Promise<void>, ms: number): void {
  $effect(() => {
    let timer = 0;
    let over = false;
    const soon = () => {
      window.clearTimeout(timer);
      if (!over && !document.hidden) timer = window.setTimeout(() => void go(), ms * (0.9 + Math.random() * 0.2));
    };
    const go = async () => {
      await read();
      soon();
    };
    const seen = () => {
      window.clearTimeout(timer);
      if (!document.hidden) void go();
    };
    document.addEventListener('visibilitychange', seen);
    soon();
    return () => {
      over = true;
      window.clearTimeout(timer);
      document.removeEventListener('visibilitychange', seen);
    };
  });
}
