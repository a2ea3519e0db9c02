import { type SubmitEvent, useState } from 'react';
import { ProblemError } from '../api/problem.error';
import { problemAdvice } from '../api/problem-advice';
import { useApi } from '../console.context';
import { Button } from '../ui/button';
import { Icon } from '../ui/icon';
import { PageHeading } from '../ui/page-heading';
import { TextField } from '../ui/text-field';
import { useIdentity } from './identity';

/** Signs in. The address stays the same, so that the reader continues at the same place. */
export default function SignInPage({ hasEnded }: { hasEnded: boolean }) {
  const { title, signIn } = useApi().config;
  return (
    <main className="sign-in">
      <div className="card">
        <p className="brand">
          <img src="./icon.svg" alt="" width="28" height="28" />
          {title}
        </p>
        <PageHeading>Sign in</PageHeading>
        {hasEnded ? (
          <p className="note" role="status">
            <Icon name="ended" />
            Your session has ended. Sign in to continue where you were.
          </p>
        ) : null}
        {signIn === null ? <SignInElsewhere /> : <SignInForm />}
      </div>
    </main>
  );
}

function SignInForm() {
  const { signIn } = useIdentity();
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [isPending, setPending] = useState(false);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setProblem(null);
    if (username === '' || password === '') {
      setProblem('Enter your username and your password.');
      return;
    }
    setPending(true);
    try {
      await signIn(username, password);
    } catch (error) {
      setPending(false);
      setPassword('');
      setProblem(signInProblem(error));
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <TextField
        label="Username"
        autoComplete="username"
        autoCapitalize="none"
        autoFocus
        value={username}
        onChange={setUsername}
      />
      <TextField
        label="Password"
        type="password"
        autoComplete="current-password"
        value={password}
        onChange={setPassword}
      />
      <div role="alert">
        {problem === null ? null : (
          <p className="note problem">
            <Icon name="warning" />
            {problem}
          </p>
        )}
      </div>
      <Button kind="primary" type="submit" isPending={isPending}>
        Sign in
      </Button>
    </form>
  );
}

/** Refers to the sign-in of the application, in another tab. This page continues when the reader returns to it. */
function SignInElsewhere() {
  const { signInPage } = useApi().config;
  const { check } = useIdentity();
  return (
    <>
      <p>Sign in to the application. This page continues when you return to it.</p>
      <p className="dialog-actions">
        {signInPage === null ? null : (
          <a className="button primary" href={signInPage} target="_blank" rel="noopener">
            Go to the sign-in
          </a>
        )}
        <Button onPress={() => void check()}>Continue</Button>
      </p>
    </>
  );
}

function signInProblem(error: unknown): string {
  if (error instanceof ProblemError && error.status === 401) {
    return 'Username or password is wrong, or the account is disabled.';
  }
  return problemAdvice(error);
}
