import { useState } from 'react';
import type { AdminSessionView, AdminUserView } from '../api/views';
import { useApi } from '../console.context';
import { useFeedReturn, useSessionEvents } from '../live/live';
import { Link } from '../router/link';
import { useRouter } from '../router/router';
import { useAnnounce } from '../shell/announcer';
import { useIdentity } from '../sign-in/identity';
import { SessionTable } from '../sessions/session-table';
import { Badge, Roles } from '../ui/badge';
import { Button } from '../ui/button';
import { ConfirmDialog } from '../ui/confirm-dialog';
import { CopyableId } from '../ui/copyable-id';
import { EmptyState } from '../ui/empty-state';
import { counted } from '../ui/numbers';
import { PageHeading } from '../ui/page-heading';
import { ProblemNote } from '../ui/problem-note';
import { Skeleton } from '../ui/skeleton';
import { Time } from '../ui/time';
import { useLoaded } from '../ui/use-loaded';
import { RolesForm } from './roles-form';

/** A user is shown with at most this many sessions. */
const MOST_SESSIONS = 200;

type Question = 'disable' | 'sessions' | { readonly end: AdminSessionView } | null;

/** A user: roles, state and live sessions. A change shows its effect on the sessions. */
export function UserDetails({ name }: { name: string }) {
  const api = useApi();
  const { hrefOf } = useRouter();
  const { value, error, reload } = useLoaded(async (signal) => ({
    user: await api.userByName(name, signal),
  }));
  const user = value?.user;
  return (
    <>
      <p className="crumb">
        <Link href={hrefOf('users')}>← All users</Link>
      </p>
      <PageHeading>{name}</PageHeading>
      {error === null ? null : <ProblemNote error={error} onRetry={reload} />}
      {value === null && error === null ? <Skeleton label="the user" /> : null}
      {user === null ? <EmptyState icon="users" title="There is no user with this name." /> : null}
      {user === undefined || user === null ? null : <KnownUser user={user} onChanged={reload} />}
    </>
  );
}

function KnownUser({ user, onChanged }: { user: AdminUserView; onChanged: () => void }) {
  const api = useApi();
  const announce = useAnnounce();
  const { check } = useIdentity();
  const { hrefOf } = useRouter();
  const [question, setQuestion] = useState<Question>(null);
  const [effect, setEffect] = useState<string | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const sessions = useLoaded(async (signal) => {
    const page = await api.sessions({ user: user.id }, { limit: MOST_SESSIONS }, signal);
    return page.sessions;
  });
  const count = sessions.value?.length ?? 0;
  useFeedReturn(sessions.reload);
  useSessionEvents(({ userId }) => {
    if (userId === user.id) sessions.reload();
  });
  const close = () => {
    setQuestion(null);
  };
  const changed = (text: string) => {
    setProblem(null);
    setEffect(text);
    onChanged();
    sessions.reload();
    // The change may concern the reader.
    void check();
  };
  const enable = async () => {
    try {
      await api.setDisabled(user.id, false);
      changed(`${user.username} can sign in again.`);
    } catch (failure) {
      setProblem(failure);
    }
  };
  return (
    <>
      {problem === null ? null : <ProblemNote error={problem} />}
      <div role="status">{effect === null ? null : <p className="note done">{effect}</p>}</div>
      <section className="card" aria-labelledby="user">
        <h2 id="user">Account</h2>
        <dl className="facts">
          <div>
            <dt>State</dt>
            <dd>
              {user.disabled ? (
                <Badge tone="bad">Disabled</Badge>
              ) : (
                <Badge tone="good">Enabled</Badge>
              )}
            </dd>
          </div>
          <div>
            <dt>Roles</dt>
            <dd>
              <Roles roles={user.roles} />
            </dd>
          </div>
          <div>
            <dt>Created</dt>
            <dd>
              <Time at={user.createdAt} />
            </dd>
          </div>
          <div>
            <dt>Id</dt>
            <dd>
              <CopyableId id={user.id} of="user" />
            </dd>
          </div>
        </dl>
        {user.disabled ? (
          <Button onPress={() => void enable()}>Enable</Button>
        ) : (
          <Button
            kind="danger"
            onPress={() => {
              setQuestion('disable');
            }}
          >
            Disable …
          </Button>
        )}
      </section>
      <section className="card" aria-labelledby="roles">
        <h2 id="roles">Roles</h2>
        <RolesForm
          key={user.roles.join()}
          user={user}
          onSaved={({ roles }) => {
            const given = roles.length === 0 ? 'no roles' : roles.join(', ');
            changed(`Saved. ${counted(count, 'live session')} now with: ${given}.`);
          }}
        />
      </section>
      <section className="stack" aria-labelledby="user-sessions">
        <div className="section-heading">
          <h2 id="user-sessions">Live sessions</h2>
          <div className="actions">
            <Link href={`${hrefOf('sessions')}?user=${encodeURIComponent(user.id)}`}>
              Open in Sessions
            </Link>
            {count === 0 ? null : (
              <Button
                kind="danger"
                isSmall
                onPress={() => {
                  setQuestion('sessions');
                }}
              >
                End {counted(count, 'session')} …
              </Button>
            )}
          </div>
        </div>
        {sessions.error === null ? null : (
          <ProblemNote error={sessions.error} onRetry={sessions.reload} />
        )}
        {sessions.value === null && sessions.error === null ? (
          <Skeleton label="sessions" lines={3} />
        ) : null}
        {sessions.value?.length === 0 ? (
          <EmptyState icon="sessions" title={`${user.username} is not signed in.`} />
        ) : null}
        {count === 0 ? null : (
          <SessionTable
            rows={(sessions.value ?? []).map((session) => ({ session, mark: 'none', end: null }))}
            onEnd={(session) => {
              setQuestion({ end: session });
            }}
          />
        )}
      </section>
      {question === 'disable' ? (
        <ConfirmDialog
          title={`Disable ${user.username}?`}
          action="Disable user"
          onClose={close}
          onConfirm={async () => {
            await api.setDisabled(user.id, true);
            changed(`Disabled. ${counted(count, 'session')} ended.`);
          }}
        >
          <p>
            {count === 0 ? 'The user is not signed in.' : `${counted(count, 'live session')} end.`}{' '}
            The user cannot sign in until you enable the account again.
          </p>
        </ConfirmDialog>
      ) : null}
      {question === 'sessions' ? (
        <ConfirmDialog
          title={`End all sessions of ${user.username}?`}
          action={`End ${counted(count, 'session')}`}
          onClose={close}
          onConfirm={async () => {
            await api.endSessionsOf(user.id);
            changed(`${counted(count, 'session')} ended.`);
          }}
        >
          <p>The user is signed out everywhere, and can sign in again.</p>
        </ConfirmDialog>
      ) : null}
      {question !== null && typeof question === 'object' ? (
        <ConfirmDialog
          title={`End the session of ${user.username}?`}
          action="End session"
          onClose={close}
          onConfirm={async () => {
            await api.endSession(question.end.id);
            announce('Session ended.');
            sessions.reload();
            if (question.end.current) await check();
          }}
        >
          <p>The user is signed out with the next request.</p>
        </ConfirmDialog>
      ) : null}
    </>
  );
}
