import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from 'react';
import { useApi } from '../console.context';
import { useIdentity } from './identity';

type Answer = (isConfirmed: boolean) => void;

const PasswordQuestion = lazy(() => import('./password-question'));

/** Asks for the password whenever a call needs a recent sign-in. Calls at the same time share one question. */
export function Reauthentication({ children }: { children: ReactNode }) {
  const api = useApi();
  const { markEnded } = useIdentity();
  const waiting = useRef<Answer[]>([]);
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    api.client.hooks = {
      onSignedOut: markEnded,
      onReauthenticate: () => {
        if (api.config.reauthenticate === null) return Promise.resolve(false);
        return new Promise((resolve) => {
          waiting.current.push(resolve);
          setOpen(true);
        });
      },
    };
  }, [api, markEnded]);
  const close = (isConfirmed: boolean) => {
    setOpen(false);
    for (const answer of waiting.current.splice(0)) answer(isConfirmed);
  };
  return (
    <>
      {children}
      {isOpen ? (
        <Suspense>
          <PasswordQuestion onClose={close} />
        </Suspense>
      ) : null}
    </>
  );
}
