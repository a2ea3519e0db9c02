import { useCallback, useEffect, useRef, useState } from 'react';
import type { EndedEventView } from '../api/views';
import { useApi } from '../console.context';
import { useFeedReturn, useSessionEvents } from '../live/live';
import { Badge } from '../ui/badge';
import { Button } from '../ui/button';
import { CopyableId } from '../ui/copyable-id';
import { type Column, DataTable } from '../ui/data-table';
import { EmptyState } from '../ui/empty-state';
import { PageHeading } from '../ui/page-heading';
import { ProblemNote } from '../ui/problem-note';
import { Skeleton } from '../ui/skeleton';
import { Time } from '../ui/time';
import { endReasonWords } from '../words/end-reason.words';
import { withEarlier, withLatest } from './ended-list';

/** Ends that happen within this time are loaded together. Milliseconds. */
const GATHER_MS = 400;

/** Types of events that end a session id. */
const ENDS = ['revoked', 'expired', 'rotated'];

/** Sessions that have ended: when, why, and by which user. */
export default function EndedPage() {
  const api = useApi();
  const [events, setEvents] = useState<readonly EndedEventView[] | null>(null);
  const [next, setNext] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [isPending, setPending] = useState(false);
  const abort = useRef(new AbortController());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const loadLatest = useCallback(async () => {
    const { signal } = abort.current;
    try {
      const page = await api.ended(undefined, signal);
      setError(null);
      setEvents((known) => withLatest(known ?? [], page.events));
      setNext((known) => known ?? page.next);
    } catch (failure) {
      if (!signal.aborted) setError(failure);
    }
  }, [api]);
  useEffect(() => {
    abort.current = new AbortController();
    void loadLatest();
    return () => {
      abort.current.abort();
      clearTimeout(timer.current);
    };
  }, [loadLatest]);
  useFeedReturn(() => void loadLatest());
  useSessionEvents(({ type }) => {
    if (!ENDS.includes(type)) return;
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void loadLatest(), GATHER_MS);
  });
  const loadEarlier = async () => {
    if (next === null) return;
    setPending(true);
    try {
      const page = await api.ended(next, abort.current.signal);
      setEvents((known) => withEarlier(known ?? [], page.events));
      setNext(page.next);
    } catch (failure) {
      if (!abort.current.signal.aborted) setError(failure);
    }
    setPending(false);
  };
  return (
    <>
      <PageHeading>Ended sessions</PageHeading>
      <p className="muted lead">
        The latest first, as far back as the event stream reaches. The list continues by itself.
      </p>
      {error === null ? null : <ProblemNote error={error} onRetry={() => void loadLatest()} />}
      {events === null && error === null ? <Skeleton label="ended sessions" /> : null}
      {events?.length === 0 ? (
        <EmptyState icon="ended" title="No session has ended yet.">
          Sign-outs, expiries and ends by administrators appear here.
        </EmptyState>
      ) : null}
      {events === null || events.length === 0 ? null : (
        <DataTable
          label="Ended sessions"
          columns={COLUMNS}
          rows={events}
          keyOf={({ position }) => position}
        />
      )}
      {next === null ? null : (
        <div className="more">
          <Button isPending={isPending} onPress={() => void loadEarlier()}>
            Load earlier
          </Button>
        </div>
      )}
    </>
  );
}

const COLUMNS: readonly Column<EndedEventView>[] = [
  {
    label: 'User',
    isRowHeader: true,
    render: ({ username, userId }) => username ?? <CopyableId id={userId} of="user" />,
  },
  { label: 'When', render: ({ at }) => <Time at={at} /> },
  {
    label: 'Why',
    render: ({ type, reason, by, userId }) => (
      <Badge tone={by === null || by === userId ? 'neutral' : 'attention'}>
        {endReasonWords(type, reason)}
      </Badge>
    ),
  },
  {
    label: 'By',
    render: ({ by, byName, userId }) => {
      if (by === null) return <span className="muted">the system</span>;
      if (by === userId) return 'the user';
      return byName ?? by;
    },
  },
  { label: 'Session', render: ({ sessionId }) => <CopyableId id={sessionId} of="session" /> },
];
