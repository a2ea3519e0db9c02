import { useEffect, useRef } from 'react';

/** Runs a function again and again while the page is visible. @param ms Milliseconds. */
export function useInterval(run: () => void, ms: number): void {
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) latest.current();
    }, ms);
    return () => {
      clearInterval(timer);
    };
  }, [ms]);
}
