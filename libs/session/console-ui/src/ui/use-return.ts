import { useEffect, useRef } from 'react';

/** Runs a function when the reader comes back to the page from another tab or window. */
export function useReturn(run: () => void): void {
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => {
    const returned = () => {
      if (!document.hidden) latest.current();
    };
    addEventListener('focus', returned);
    document.addEventListener('visibilitychange', returned);
    return () => {
      removeEventListener('focus', returned);
      document.removeEventListener('visibilitychange', returned);
    };
  }, []);
}
