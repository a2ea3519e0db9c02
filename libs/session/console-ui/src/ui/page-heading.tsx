import { type ReactNode, useEffect, useRef } from 'react';
import { useApi } from '../console.context';

let isFocusWanted = false;

/** Moves the focus to the heading of the next page, so that screen readers continue there. */
export function focusNextHeading(): void {
  isFocusWanted = true;
}

/** Heading of a page. It is the title of the document, and receives the focus after a navigation. */
export function PageHeading({ children, actions }: { children: string; actions?: ReactNode }) {
  const { title } = useApi().config;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${children} · ${title}`;
    if (!isFocusWanted) return;
    isFocusWanted = false;
    heading.current?.focus({ preventScroll: true });
  }, [children, title]);
  return (
    <div className="page-heading">
      <h1 ref={heading} tabIndex={-1}>
        {children}
      </h1>
      {actions === undefined ? null : <div className="actions">{actions}</div>}
    </div>
  );
}
