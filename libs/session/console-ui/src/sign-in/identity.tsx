import {
  createContext,
  type ReactNode,
  use,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { CurrentSessionView } from '../api/views';
import { useApi } from '../console.context';
import { focusNextHeading } from '../ui/page-heading';
import { useReturn } from '../ui/use-return';

/** The other tabs of this browser, which have the same cookie. */
const CHANNEL = 'nest-sessions-console';

export type IdentityState =
  | { readonly status: 'loading' }
  | { readonly status: 'failed'; readonly error: unknown }
  | { readonly status: 'signed-out'; readonly hasEnded: boolean }
  | { readonly status: 'signed-in'; readonly current: CurrentSessionView };

export interface Identity {
  readonly state: IdentityState;
  readonly signIn: (username: string, password: string) => Promise<void>;
  readonly signOut: () => Promise<void>;
  /** Asks the server for the session. Resolves to whether there is one. */
  readonly check: () => Promise<boolean>;
  /** Shows the sign-in page in place of the current one. */
  readonly markEnded: () => void;
}

const IdentityContext = createContext<Identity | null>(null);

/** Keeps the signed-in user. A session that ends anywhere leads to the sign-in page, and back to the same place. */
export function IdentityProvider({ children }: { children: ReactNode }) {
  const api = useApi();
  const [state, setState] = useState<IdentityState>({ status: 'loading' });
  const others = useRef<BroadcastChannel | null>(null);
  const checking = useRef<AbortController | null>(null);

  const become = useCallback((current: CurrentSessionView | null) => {
    setState((before) => {
      if (current !== null) return { status: 'signed-in', current };
      if (before.status === 'signed-out') return before;
      return { status: 'signed-out', hasEnded: before.status === 'signed-in' };
    });
  }, []);
  const check = useCallback(async () => {
    checking.current?.abort();
    const abort = new AbortController();
    checking.current = abort;
    try {
      const current = await api.current(abort.signal);
      become(current);
      return current !== null;
    } catch (error) {
      // Only a 401 is the end of a session. Anything else leaves the page as it is.
      if (!abort.signal.aborted) {
        setState((before) => (before.status === 'loading' ? { status: 'failed', error } : before));
      }
      return true;
    }
  }, [api, become]);
  const markEnded = useCallback(() => {
    become(null);
  }, [become]);

  useEffect(() => {
    const channel = new BroadcastChannel(CHANNEL);
    others.current = channel;
    channel.onmessage = () => void check();
    void check();
    return () => {
      channel.close();
    };
  }, [check]);
  // Another program may have ended the session while this page was in the background.
  useReturn(() => void check());

  const identity = useMemo<Identity>(
    () => ({
      state,
      check,
      markEnded,
      signIn: async (username, password) => {
        const current = await api.signIn(username, password);
        focusNextHeading();
        become(current);
        others.current?.postMessage('changed');
      },
      signOut: async () => {
        await api.signOut();
        setState({ status: 'signed-out', hasEnded: false });
        others.current?.postMessage('changed');
      },
    }),
    [state, check, markEnded, api, become],
  );
  return <IdentityContext value={identity}>{children}</IdentityContext>;
}

export function useIdentity(): Identity {
  const identity = use(IdentityContext);
  if (identity === null) throw new Error('useIdentity() needs an <IdentityProvider>.');
  return identity;
}

/** Returns the session of the signed-in user. Pages are shown only while there is one. */
export function useCurrent(): CurrentSessionView & { readonly isAdmin: boolean } {
  const { state } = useIdentity();
  const { role } = useApi().config;
  if (state.status !== 'signed-in') throw new Error('useCurrent() needs a signed-in user.');
  return { ...state.current, isAdmin: state.current.user.roles.includes(role) };
}
