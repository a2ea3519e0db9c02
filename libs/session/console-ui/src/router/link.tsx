import type { ComponentProps, MouseEvent } from 'react';
import { useRouter } from './router';

/** A link inside of the console. A click with a modifier key opens it as the browser does. */
export function Link({ href, onClick, ...others }: ComponentProps<'a'> & { href: string }) {
  const { navigate } = useRouter();
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    const isPlain = !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
    if (event.defaultPrevented || event.button !== 0 || !isPlain) return;
    event.preventDefault();
    navigate(href);
  };
  return <a href={href} onClick={follow} {...others} />;
}
