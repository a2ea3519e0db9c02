import { createContext, type ReactNode, use, useCallback, useEffect, useState } from 'react';

/** Time that a message stays visible, in milliseconds. */
const SHOWN_MS = 6000;

const AnnounceContext = createContext<(message: string) => void>(() => undefined);

/** Shows short messages about what happened, and announces them to screen readers. */
export function Announcer({ children }: { children: ReactNode }) {
  const [message, setMessage] = useState({ text: '', turn: 0 });
  const announce = useCallback((text: string) => {
    setMessage(({ turn }) => ({ text, turn: turn + 1 }));
  }, []);
  useEffect(() => {
    if (message.text === '') return;
    const timer = setTimeout(() => {
      setMessage(({ turn }) => ({ text: '', turn }));
    }, SHOWN_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [message]);
  return (
    <AnnounceContext value={announce}>
      {children}
      <div className="announcer" role="status" aria-live="polite">
        {message.text === '' ? null : (
          <p key={message.turn} className="toast">
            {message.text}
          </p>
        )}
      </div>
    </AnnounceContext>
  );
}

/** Returns a function that shows a short message, such as "Session ended". */
export function useAnnounce(): (message: string) => void {
  return use(AnnounceContext);
}
