import { lazy, Suspense } from 'react';
import type { ConsoleApi } from './api/console.api';
import { ConsoleContext } from './console.context';
import { LiveEvents } from './live/live';
import { RouterProvider } from './router/router';
import { Announcer } from './shell/announcer';
import { ConnectionBar } from './shell/connection-bar';
import { Shell } from './shell/shell';
import { IdentityProvider, useIdentity } from './sign-in/identity';
import { Reauthentication } from './sign-in/reauthentication';
import { ProblemNote } from './ui/problem-note';
import { Skeleton } from './ui/skeleton';

const SignInPage = lazy(() => import('./sign-in/sign-in.page'));

export function App({ api }: { api: ConsoleApi }) {
  return (
    <ConsoleContext value={api}>
      <RouterProvider>
        <Announcer>
          <IdentityProvider>
            <ConnectionBar />
            <Content />
          </IdentityProvider>
        </Announcer>
      </RouterProvider>
    </ConsoleContext>
  );
}

function Content() {
  const { state, check } = useIdentity();
  if (state.status === 'loading') {
    return (
      <main className="sign-in">
        <Skeleton label="the console" />
      </main>
    );
  }
  if (state.status === 'failed') {
    return (
      <main className="sign-in">
        <ProblemNote error={state.error} onRetry={() => void check()} />
      </main>
    );
  }
  if (state.status === 'signed-out') {
    return (
      <Suspense fallback={<Skeleton label="the sign-in page" />}>
        <SignInPage hasEnded={state.hasEnded} />
      </Suspense>
    );
  }
  return (
    <Reauthentication>
      <LiveEvents>
        <Shell />
      </LiveEvents>
    </Reauthentication>
  );
}
