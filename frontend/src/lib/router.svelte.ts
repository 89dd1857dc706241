/** The address as the application sees it. Pages read it; links and navigate() change it. */
class Router {
  path = $state(location.pathname);
  query = $state(new URLSearchParams(location.search));
  /** Raised with every navigation, so that going to the same address again is noticed. */
  visit = $state(0);
  #at = location.href;

  start(): () => void {
    // Going back from what lay over the page leads nowhere else.
    const back = () => {
      if (location.href !== this.#at) this.#read();
    };
    window.addEventListener('popstate', back);
    document.addEventListener('click', this.#click);
    return () => {
      window.removeEventListener('popstate', back);
      document.removeEventListener('click', this.#click);
    };
  }

  #read(): void {
    this.#at = location.href;
    this.path = location.pathname;
    this.query = new URLSearchParams(location.search);
    this.visit++;
  }

  /** Plain links work as links; only a plain left click on one of ours stays inside the page. */
  #click = (event: MouseEvent): void => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element | null)?.closest?.('a');
    if (!link || link.target || link.hasAttribute('download')) return;
    const url = new URL(link.href, location.href);
    if (url.origin !== location.origin || url.pathname.startsWith('/api/')) return;
    if (url.pathname === location.pathname && url.search === location.search && url.hash) return;
    event.preventDefault();
    navigate(url.pathname + url.search + url.hash);
  };

  go(to: string, replace: boolean): void {
    if (replace) history.replaceState(null, '', to);
    else history.pushState(null, '', to);
    this.#read();
  }
}

export const router = new Router();

export function navigate(to: string, { replace = false } = {}): void {
  router.go(to, replace);
}
