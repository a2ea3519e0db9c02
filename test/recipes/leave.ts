import { createHash } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';
import type { Redis } from 'ioredis';

interface OldSession {
  id: string;
  user: { id: string; username: string };
  roles: string[];
  /** Absolute timeout in epoch milliseconds. */
  abs: number;
}

type SignIn = (old: OldSession, request: Request, response: Response) => Promise<void>;

/** Replaces the session of a request with a session of the new store. */
export function takeOver(redis: Redis, signIn: SignIn) {
  return async (request: Request, response: Response, next: NextFunction) => {
    const token = /(?:^|; *)__Host-sid=([\w-]{43})(?:;|$)/.exec(request.headers.cookie ?? '')?.[1];
    const old = token === undefined ? null : await take(redis, token);
    if (old !== null) {
      await signIn(old, request, response);
      response.clearCookie('__Host-sid', { path: '/', secure: true, httpOnly: true });
    }
    next();
  };
}

/** Deletes a session, and returns it if it was live: of two requests at once, one receives it. */
async function take(redis: Redis, token: string): Promise<OldSession | null> {
  const id = createHash('sha256').update(token).digest('base64url');
  const replies = await redis.multi().getdel(`session:{${id}}`).getdel(`idle:{${id}}`).exec();
  const [record, idle] = (replies ?? []).map(([, value]) => value);
  if (typeof record !== 'string' || typeof idle !== 'string') return null;
  const old = JSON.parse(record) as OldSession & Record<string, unknown>;
  const isLive = old.v === 1 && old.id === id && old.abs > Date.now();
  // A session with `supersededBy` has already been replaced by another.
  return isLive && old.supersededBy === undefined ? old : null;
}
