import {
  createContext,
  type ReactNode,
  use,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { useApi } from '../console.context';
import { useCurrent, useIdentity } from '../sign-in/identity';
import { LiveFeed } from './live-feed';
import type { SessionEvent } from './session-event';

const LiveContext = createContext<LiveFeed | null>(null);

/** Follows the event stream while an administrator is signed in. All pages share one connection. */
export function LiveEvents({ children }: { children: ReactNode }) {
  const { config, client } = useApi();
  const { check } = useIdentity();
  const { isAdmin, user } = useCurrent();
  const [feed, setFeed] = useState<LiveFeed | null>(null);
  useEffect(() => {
    if (!isAdmin) return;
    const opened = new LiveFeed({
      url: `${config.api}/events`,
      send: (...call) => fetch(...call),
      connection: client.connection,
      hasSession: check,
    });
    setFeed(opened);
    void opened.run();
    return () => {
      opened.close();
      setFeed(null);
    };
  }, [isAdmin, user.id, config, client, check]);
  return <LiveContext value={feed}>{children}</LiveContext>;
}

/** Calls a function for each event of the stream, while the component is shown. */
export function useSessionEvents(listen: (event: SessionEvent) => void): void {
  const feed = use(LiveContext);
  const latest = useRef(listen);
  latest.current = listen;
  useEffect(
    () =>
      feed?.subscribe((event) => {
        latest.current(event);
      }),
    [feed],
  );
}

/** Calls a function when the stream is open again after an interruption, when events may be missing. */
export function useFeedReturn(run: () => void): void {
  const feed = use(LiveContext);
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => {
    if (feed === null) return;
    let wasLost = false;
    return feed.subscribeState(() => {
      if (feed.state === 'waiting') wasLost = true;
      if (feed.state !== 'open' || !wasLost) return;
      wasLost = false;
      latest.current();
    });
  }, [feed]);
}

const never = () => () => undefined;

/** Returns whether the page receives changes as they happen. */
export function useIsLive(): boolean {
  const feed = use(LiveContext);
  return useSyncExternalStore(feed?.subscribeState ?? never, () => feed?.state === 'open');
}
