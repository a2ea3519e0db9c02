import { useCallback, useEffect, useRef, useState } from 'react';

export interface Loaded<T> {
  /** `null` until the first response. A reload keeps the value until the next one. */
  readonly value: T | null;
  readonly error: unknown;
  readonly reload: () => void;
}

/**
 * Loads a value when the component appears and whenever `key` changes. A load that is no longer needed is
 * aborted.
 */
export function useLoaded<T>(load: (signal: AbortSignal) => Promise<T>, key = ''): Loaded<T> {
  const [state, setState] = useState<{ value: T | null; error: unknown }>(NOTHING);
  const [turn, setTurn] = useState(0);
  const latest = useRef(load);
  latest.current = load;
  const shownKey = useRef(key);
  useEffect(() => {
    const abort = new AbortController();
    if (shownKey.current !== key) setState(NOTHING);
    shownKey.current = key;
    latest.current(abort.signal).then(
      (value) => {
        if (!abort.signal.aborted) setState({ value, error: null });
      },
      (error: unknown) => {
        if (!abort.signal.aborted) setState(({ value }) => ({ value, error }));
      },
    );
    return () => {
      abort.abort();
    };
  }, [key, turn]);
  const reload = useCallback(() => {
    setTurn((it) => it + 1);
  }, []);
  return { ...state, reload };
}

const NOTHING = { value: null, error: null };
