import { useState } from 'react';
import type { SessionView } from '../api/views';
import { useApi } from '../console.context';
import { useFeedReturn, useSessionEvents } from '../live/live';
import { useAnnounce } from '../shell/announcer';
import { useCurrent, useIdentity } from '../sign-in/identity';
import { Roles } from '../ui/badge';
import { Button } from '../ui/button';
import { ConfirmDialog } from '../ui/confirm-dialog';
import { PageHeading } from '../ui/page-heading';
import { ProblemNote } from '../ui/problem-note';
import { Skeleton } from '../ui/skeleton';
import { useLoaded } from '../ui/use-loaded';
import { useReturn } from '../ui/use-return';
import { userAgentWords } from '../words/user-agent.words';
import { OwnSessionCard } from './own-session-card';
import { PasswordDialog } from './password-dialog';

type Question = { readonly end: SessionView } | 'others' | 'password' | null;

/** The reader's own sessions and password. */
export default function AccountPage() {
  const api = useApi();
  const { user } = useCurrent();
  const { check } = useIdentity();
  const announce = useAnnounce();
  const [question, setQuestion] = useState<Question>(null);
  const { value: sessions, error, reload } = useLoaded((signal) => api.ownSessions(signal));
  useReturn(reload);
  useFeedReturn(reload);
  useSessionEvents(({ userId }) => {
    if (userId === user.id) reload();
  });
  const close = () => {
    setQuestion(null);
  };
  const end = async (session: SessionView) => {
    await api.endOwn(session.id);
    if (session.current) await check();
    else announce('Session ended.');
    reload();
  };
  const others = (sessions ?? []).filter(({ current }) => !current);
  const isShown = (sessions?.length ?? 0) > 0;
  return (
    <>
      <PageHeading>My account</PageHeading>
      <section className="card" aria-labelledby="profile">
        <h2 id="profile">Profile</h2>
        <dl className="facts">
          <div>
            <dt>Username</dt>
            <dd>{user.username}</dd>
          </div>
          <div>
            <dt>Roles</dt>
            <dd>
              <Roles roles={user.roles} />
            </dd>
          </div>
        </dl>
        {api.config.password === null ? null : (
          <Button
            onPress={() => {
              setQuestion('password');
            }}
          >
            Change password
          </Button>
        )}
      </section>
      <section className="stack" aria-labelledby="own-sessions">
        <div className="section-heading">
          <div>
            <h2 id="own-sessions">Where you are signed in</h2>
            <p className="muted">
              End every session that you do not recognize, and change your password.
            </p>
          </div>
          {others.length === 0 ? null : (
            <Button
              kind="danger"
              onPress={() => {
                setQuestion('others');
              }}
            >
              End all other sessions
            </Button>
          )}
        </div>
        {error === null ? null : <ProblemNote error={error} onRetry={reload} />}
        {sessions === null && error === null ? <Skeleton label="your sessions" lines={3} /> : null}
        {isShown ? (
          <ul className="session-cards">
            {sessions?.map((session) => (
              <OwnSessionCard
                key={session.id}
                session={session}
                onEnd={() => {
                  setQuestion({ end: session });
                }}
              />
            ))}
          </ul>
        ) : null}
      </section>
      {question === 'password' ? <PasswordDialog onClose={close} onChanged={reload} /> : null}
      {question === 'others' ? (
        <ConfirmDialog
          title="End all other sessions?"
          action="End all other sessions"
          onClose={close}
          onConfirm={async () => {
            await api.endOthers();
            announce('All other sessions have ended.');
            reload();
          }}
        >
          <p>Your other devices are signed out with their next request. This session stays.</p>
        </ConfirmDialog>
      ) : null}
      {question !== null && typeof question === 'object' ? (
        <ConfirmDialog
          title={`End the session on ${userAgentWords(question.end.userAgent).name}?`}
          action="End session"
          onClose={close}
          onConfirm={() => end(question.end)}
        >
          <p>
            {question.end.current
              ? 'This is the session of this page: you will be signed out.'
              : 'The device is signed out with its next request.'}
          </p>
        </ConfirmDialog>
      ) : null}
    </>
  );
}
