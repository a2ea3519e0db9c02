import { Button as AriaButton, type ButtonProps } from 'react-aria-components/Button';

export type ButtonKind = 'primary' | 'plain' | 'danger' | 'quiet';

interface Properties extends Omit<ButtonProps, 'className' | 'style'> {
  kind?: ButtonKind;
  isSmall?: boolean;
}

/** A button. While `isPending` is set it keeps the focus, and ignores presses. */
export function Button({ kind = 'plain', isSmall = false, ...others }: Properties) {
  const size = isSmall ? ' small' : '';
  return <AriaButton type="button" {...others} className={`button ${kind}${size}`} />;
}
