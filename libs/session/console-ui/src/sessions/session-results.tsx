import { useState } from 'react';
import type { AdminSessionView } from '../api/views';
import { useApi } from '../console.context';
import { useIsLive } from '../live/live';
import { useAnnounce } from '../shell/announcer';
import { useIdentity } from '../sign-in/identity';
import { Badge } from '../ui/badge';
import { Button } from '../ui/button';
import { ConfirmDialog } from '../ui/confirm-dialog';
import { EmptyState } from '../ui/empty-state';
import { Icon } from '../ui/icon';
import { counted, countText } from '../ui/numbers';
import { ProblemNote } from '../ui/problem-note';
import { Skeleton } from '../ui/skeleton';
import { exactTime } from '../ui/time';
import { filterWords, isEmptyFilter, type SessionFilter } from './session-filter';
import { SearchProgress } from './search-progress';
import { SessionTable } from './session-table';
import { useHold } from './use-hold';
import { useSessionList } from './use-session-list';

/** Rows that are shown at first, and with each press of "Show more". */
const SHOWN = 100;

type Question = { readonly end: AdminSessionView } | 'all' | null;

/** Sessions that the filter finds: live, with what ends them. */
export function SessionResults({ filter }: { filter: SessionFilter }) {
  const api = useApi();
  const announce = useAnnounce();
  const { check } = useIdentity();
  const isLive = useIsLive();
  const isWhole = isEmptyFilter(filter);
  const sessions = useSessionList(filter);
  const { list, search, isSearching, error } = sessions;
  const hold = useHold(sessions.hold);
  const [question, setQuestion] = useState<Question>(null);
  const [shown, setShown] = useState(SHOWN);
  const close = () => {
    setQuestion(null);
  };
  const end = async (session: AdminSessionView) => {
    await api.endSession(session.id);
    if (session.current) {
      await check();
      return;
    }
    sessions.markEnded(session.id, session.user.id);
    announce(`Session of ${session.user.username} ended.`);
  };
  const endAll = async () => {
    const { ended } = await api.endByFilter(filter);
    announce(`${counted(ended, 'session')} ended.`);
    if (await check()) sessions.reload();
  };
  const count = list.total;
  const isEmpty = list.rows.length === 0 && !isSearching && error === null;
  const words = filterWords(filter, exactTime);
  return (
    <section className="stack" aria-label="Results">
      <div className="results-bar">
        <p className="total" role="status">
          {count === null ? (
            'Counting …'
          ) : (
            <>
              <strong>{countText(count)}</strong> {isWhole ? 'live' : 'matching'}{' '}
              {count === 1 ? 'session' : 'sessions'}
            </>
          )}
        </p>
        <div className="actions">
          <LiveState isLive={isLive} isHeld={hold.isHeld} waiting={list.waiting.length} />
          <Button
            isSmall
            onPress={() => {
              hold.setPaused(!hold.isPaused);
            }}
          >
            <Icon name={hold.isPaused ? 'play' : 'pause'} />
            {hold.isPaused ? 'Resume' : 'Pause'}
          </Button>
          {isWhole ? null : (
            <Button
              kind="danger"
              isSmall
              isDisabled={!search.isComplete || (count ?? 0) === 0}
              onPress={() => {
                setQuestion('all');
              }}
            >
              End {count === null || count === 0 ? 'these sessions' : counted(count, 'session')} …
            </Button>
          )}
        </div>
      </div>
      {isWhole ? null : (
        <SearchProgress
          search={search}
          isSearching={isSearching}
          onCancel={sessions.cancel}
          onContinue={sessions.more}
        />
      )}
      {error === null ? null : <ProblemNote error={error} onRetry={sessions.reload} />}
      {list.rows.length === 0 && isSearching ? <Skeleton label="sessions" /> : null}
      {isEmpty ? (
        <EmptyState
          icon="sessions"
          title={isWhole ? 'No user is signed in.' : 'No session matches the filter.'}
        >
          {isWhole ? 'A session appears here with the next sign-in.' : `Searched: ${words}.`}
        </EmptyState>
      ) : null}
      {list.rows.length === 0 ? null : (
        <SessionTable
          rows={list.rows.slice(0, shown)}
          handlers={hold.handlers}
          onEnd={(session) => {
            setQuestion({ end: session });
          }}
        />
      )}
      <div className="more">
        {list.rows.length > shown ? (
          <Button
            onPress={() => {
              setShown(shown + SHOWN);
            }}
          >
            Show more
          </Button>
        ) : null}
        {isWhole && list.rows.length <= shown && search.next !== null ? (
          <Button
            isPending={isSearching}
            onPress={() => {
              setShown(shown + SHOWN);
              sessions.more();
            }}
          >
            Load more
          </Button>
        ) : null}
        {search.found > search.sessions.length ? (
          <p className="muted">
            The list holds the first {countText(search.sessions.length)} of{' '}
            {counted(search.found, 'session')}.
          </p>
        ) : null}
      </div>
      {question === 'all' ? (
        <ConfirmDialog
          title={`End ${counted(count ?? 0, 'session')}?`}
          action={`End ${counted(count ?? 0, 'session')}`}
          onClose={close}
          onConfirm={endAll}
        >
          <p>
            This ends all sessions {words}. The list shows them; sessions that begin meanwhile and
            match end too.
          </p>
          {list.rows.some(({ session }) => session.current) ? (
            <p>
              <Badge tone="attention">Includes your session</Badge> You will be signed out.
            </p>
          ) : null}
        </ConfirmDialog>
      ) : null}
      {question !== null && question !== 'all' ? (
        <ConfirmDialog
          title={`End the session of ${question.end.user.username}?`}
          action="End session"
          onClose={close}
          onConfirm={() => end(question.end)}
        >
          <p>
            {question.end.current
              ? 'This is the session of this page: you will be signed out.'
              : 'The user is signed out with the next request.'}
          </p>
        </ConfirmDialog>
      ) : null}
    </section>
  );
}

interface LiveStateProperties {
  isLive: boolean;
  isHeld: boolean;
  waiting: number;
}

function LiveState({ isLive, isHeld, waiting }: LiveStateProperties) {
  if (!isLive) return <Badge tone="attention">Not live</Badge>;
  if (!isHeld) {
    return (
      <Badge tone="good">
        <span className="pulse" aria-hidden="true" />
        Live
      </Badge>
    );
  }
  return (
    <Badge>{waiting === 0 ? 'Paused' : `Paused, ${counted(waiting, 'change')} waiting`}</Badge>
  );
}
