/**
 * Gives what lies over the page an entry of its own in the browser's history, so that Back closes it and leaves the
 * page. Call when it opens, and the function that it gives when it closes in any other way.
 */
export function layer(close: () => void): () => void {
  const mark = crypto.getRandomValues(new Uint32Array(1))[0]!;
  history.pushState({ layer: mark }, '', location.href);
  const back = () => {
    if (history.state?.layer !== mark) close();
  };
  window.addEventListener('popstate', back);
  return () => {
    window.removeEventListener('popstate', back);
    if (history.state?.layer === mark) history.back(); // closed by its own button: no entry stays that leads nowhere
  };
}
