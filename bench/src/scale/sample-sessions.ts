import { hash } from 'node:crypto';
import { Session } from 'nest-sessions';
import { type NewSession, sessionIdOf } from 'nest-sessions/issuer';
import { encodeSession } from '../../../libs/session/src/session/session-record';

/** Length of every record in bytes: eight roles and a browser's name. */
export const RECORD_BYTES = 600;

export const IDLE_TIMEOUT_MS = 30 * 60 * 1_000;
export const ABSOLUTE_TIMEOUT_MS = 12 * 60 * 60 * 1_000;

const ROLES = ['orders', 'orders:write', 'products', 'invoices', 'reports', 'support', 'hr', 'ops'];

const BROWSER =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';

/** Derives the id of a session from its number: a million ids need no memory. */
export function sampleId(n: number): string {
  return sessionIdOf(hash('sha256', `session ${n}`, 'base64url'));
}

/** Gives every session a user of its own, the most expensive case for the index of a user's sessions. */
export function sampleUserId(n: number): string {
  const digits = hash('sha256', `user ${n}`, 'hex');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
}

/** Returns the content of the session with this number. */
export function sampleNewSession(n: number): NewSession {
  return {
    user: { id: sampleUserId(n), username: `user${String(n).padStart(9, '0')}` },
    roles: ROLES,
    userAgent: USER_AGENT,
    ip: '203.0.113.17',
  };
}

/** Time at which this process started, in epoch milliseconds. */
const STARTED_AT = Date.now();

/** Period over which the sign-ins are spread, in seconds. */
const SPREAD = 40_000;

/** Returns the time of the sign-in: the sessions of a population began over the last eleven hours. */
export function sampleSignIn(n: number): number {
  return STARTED_AT - ((n * 7_919) % SPREAD) * 1_000;
}

export function sampleRecord(n: number, now: number): string {
  return recordOf(sampleId(n), sampleNewSession(n), now);
}

function recordOf(id: string, from: NewSession, now: number): string {
  return encodeSession(
    new Session({
      id,
      user: from.user,
      roles: from.roles,
      createdAt: now,
      authenticatedAt: now,
      absoluteExpiresAt: now + ABSOLUTE_TIMEOUT_MS,
      idleTimeout: IDLE_TIMEOUT_MS,
      userAgent: from.userAgent ?? null,
      ip: from.ip ?? null,
      data: {},
    }),
  );
}

/** User agent that fills the record to its length. All other fields have a fixed length. */
const USER_AGENT = fittingUserAgent();

function fittingUserAgent(): string {
  const id = sessionIdOf('');
  const from = {
    user: { id: sampleUserId(0), username: 'user000000000' },
    roles: ROLES,
    userAgent: '',
    ip: '203.0.113.17',
  };
  const length = RECORD_BYTES - recordOf(id, from, Date.now()).length;
  return BROWSER.repeat(3).slice(0, length);
}
