import type { ReactNode } from 'react';
import { Icon, type IconName } from './icon';

interface Properties {
  icon: IconName;
  title: string;
  children?: ReactNode;
}

/** Takes the place of a list without entries, and says why it is empty. */
export function EmptyState({ icon, title, children }: Properties) {
  return (
    <div className="empty">
      <Icon name={icon} />
      <p className="empty-title">{title}</p>
      {children === undefined ? null : <div className="muted">{children}</div>}
    </div>
  );
}
