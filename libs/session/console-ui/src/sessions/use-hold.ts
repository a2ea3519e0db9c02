import { type FocusEvent, type PointerEvent, useEffect, useState } from 'react';

export interface Hold {
  /** Whether changes wait, because the reader points at the list, works in it or has paused it. */
  readonly isHeld: boolean;
  readonly isPaused: boolean;
  readonly setPaused: (isPaused: boolean) => void;
  readonly handlers: {
    readonly onPointerEnter: (event: PointerEvent) => void;
    readonly onPointerLeave: (event: PointerEvent) => void;
    readonly onFocus: () => void;
    readonly onBlur: (event: FocusEvent) => void;
  };
}

/** Detects that the reader works with a list, whose rows must not move then. */
export function useHold(hold: (isHeld: boolean) => void): Hold {
  const [isPointed, setPointed] = useState(false);
  const [isFocused, setFocused] = useState(false);
  const [isPaused, setPaused] = useState(false);
  const isHeld = isPointed || isFocused || isPaused;
  useEffect(() => {
    hold(isHeld);
  }, [hold, isHeld]);
  return {
    isHeld,
    isPaused,
    setPaused,
    handlers: {
      onPointerEnter: ({ pointerType }) => {
        if (pointerType === 'mouse') setPointed(true);
      },
      onPointerLeave: () => {
        setPointed(false);
      },
      onFocus: () => {
        setFocused(true);
      },
      onBlur: ({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget)) setFocused(false);
      },
    },
  };
}
