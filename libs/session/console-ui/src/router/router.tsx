import {
  createContext,
  type ReactNode,
  use,
  useCallback,
  useMemo,
  useSyncExternalStore,
} from 'react';
import { useApi } from '../console.context';
import { focusNextHeading } from '../ui/page-heading';
import { pathOf, type PageName, type Place, placeOf } from './route-path';

export interface Router extends Place {
  /** Query of the address, `''` or beginning with `?`. */
  readonly query: string;
  readonly hrefOf: (page: PageName, name?: string) => string;
  readonly navigate: (href: string, options?: { replace?: boolean }) => void;
}

const RouterContext = createContext<Router | null>(null);

/** Event of this page, for changes of the address that are no `popstate`. */
const NAVIGATED = 'console:navigated';

function subscribe(listener: () => void): () => void {
  addEventListener('popstate', listener);
  addEventListener(NAVIGATED, listener);
  return () => {
    removeEventListener('popstate', listener);
    removeEventListener(NAVIGATED, listener);
  };
}

/** Keeps the place of the page in the address, below the base that the server has configured. */
export function RouterProvider({ children }: { children: ReactNode }) {
  const { base } = useApi().config;
  const address = useSyncExternalStore(subscribe, () => location.pathname + location.search);
  const navigate = useCallback((href: string, { replace = false } = {}) => {
    focusNextHeading();
    history[replace ? 'replaceState' : 'pushState'](null, '', href);
    if (!replace) scrollTo(0, 0);
    dispatchEvent(new Event(NAVIGATED));
  }, []);
  const router = useMemo<Router>(() => {
    const { pathname, search } = new URL(address, location.origin);
    const hrefOf = (page: PageName, name?: string) => pathOf(base, page, name);
    return { ...placeOf(base, pathname), query: search, hrefOf, navigate };
  }, [address, base, navigate]);
  return <RouterContext value={router}>{children}</RouterContext>;
}

export function useRouter(): Router {
  const router = use(RouterContext);
  if (router === null) throw new Error('useRouter() needs a <RouterProvider>.');
  return router;
}
