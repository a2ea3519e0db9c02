import type { ReactNode } from 'react';

export type BadgeTone = 'neutral' | 'good' | 'attention' | 'bad' | 'accent';

export function Badge({ tone = 'neutral', children }: { tone?: BadgeTone; children: ReactNode }) {
  return <span className={`badge ${tone}`}>{children}</span>;
}

/** Roles of a user or a session. */
export function Roles({ roles }: { roles: readonly string[] }) {
  if (roles.length === 0) return <span className="muted">no roles</span>;
  return (
    <span className="roles">
      {roles.map((role) => (
        <Badge key={role}>{role}</Badge>
      ))}
    </span>
  );
}
