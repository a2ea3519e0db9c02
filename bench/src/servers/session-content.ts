/**
 * Content of a session or token in every variant. With the times and ids that each variant adds, it takes
 * some 600 bytes of JSON.
 */
export interface SessionContent {
  readonly user: { readonly id: string; readonly username: string };
  readonly roles: readonly string[];
  readonly userAgent: string;
  readonly ip: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Role that the route requires. */
export const REQUIRED_ROLE = 'orders';

const OTHER_ROLES = [
  'products',
  'products:write',
  'customers',
  'invoices',
  'invoices:write',
  'reports',
  'support',
];

/** Returns eight roles, with the required one or another role in the middle. */
export function sessionContent(hasRole: boolean): SessionContent {
  const roles = [...OTHER_ROLES];
  roles.splice(4, 0, hasRole ? REQUIRED_ROLE : 'nothing');
  return {
    user: { id: '0192f3a4-7c51-7d2e-b0a1-3c5d7e9f1b24', username: 'ada.lovelace' },
    roles,
    userAgent:
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36',
    ip: '192.0.2.71',
    data: { tenant: 'north', locale: 'en-GB', theme: 'dark' },
  };
}
