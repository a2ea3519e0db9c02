import { type ChainableCommander, Command, type Redis } from 'ioredis';
import type { Session } from '../src/session/session.js';
import type { AddOutcome, WriteOnceAttribute } from '../src/store/add-outcome.js';
import {
  IssuerSessionStore,
  type SessionSnapshot,
  type Succession,
} from '../src/store/issuer-session.store.js';

/** Keys of Redis that a step reads, and keys that it may write. */
export interface Touched {
  readonly reads: readonly string[];
  readonly writes: readonly string[];
}

/**
 * Runs one step of an operation: at its turn, or not at all.
 *
 * @param touched All keys of the step; `undefined` when they are not known.
 */
export type Step = <T>(act: () => Promise<T>, touched?: Touched) => Promise<T>;

/** Whether two steps have the same outcome in either order. */
export function areIndependent(one: Touched | undefined, other: Touched | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  const touch = ({ reads, writes }: Touched, keys: readonly string[]) =>
    keys.some((key) => reads.includes(key) || writes.includes(key));
  return !touch(one, other.writes) && !touch(other, one.writes);
}

/** Store on which each call of the issuing app is one step. Services' calls are forwarded at once. */
export class SteppedStore extends IssuerSessionStore {
  constructor(
    private readonly inner: IssuerSessionStore,
    private readonly step: Step,
  ) {
    super();
  }

  insert(session: Session): Promise<void> {
    return this.step(() => this.inner.insert(session));
  }

  inspect(id: string): Promise<SessionSnapshot | null> {
    return this.step(() => this.inner.inspect(id));
  }

  update(
    id: string,
    change: (session: Session) => Session | null,
    succession?: Succession,
  ): Promise<Session | null> {
    return this.step(() => this.inner.update(id, change, succession));
  }

  remove(id: string, userId: string | null, heir?: Session): Promise<Session | null> {
    return this.step(() => this.inner.remove(id, userId, heir));
  }

  override review(id: string, userId: string): Promise<number | null> {
    return this.step(() => this.inner.review(id, userId));
  }

  idsOf(userId: string, until?: number): Promise<string[]> {
    return this.step(() => this.inner.idsOf(userId, until));
  }

  touch(session: Session): Promise<void> | undefined {
    return this.inner.touch(session);
  }

  add(session: Session, attribute: WriteOnceAttribute): Promise<AddOutcome> {
    return this.inner.add(session, attribute);
  }

  attributes(id: string, service: string): Promise<ReadonlyMap<string, string>> {
    return this.inner.attributes(id, service);
  }
}

/**
 * Returns a client on which each round trip is one step, so that another operation can run between two
 * commands of one store call. The commands go to the real server.
 */
export function steppedClient(client: Redis, step: Step): Redis {
  return new Proxy(client, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return (...args: unknown[]) => {
        const call = () => Reflect.apply(method, target, args) as unknown;
        if (name === 'multi' || name === 'pipeline') {
          return steppedChain(call() as ChainableCommander, step);
        }
        const sent = { name: String(name), args };
        if (isOfLiveSessions([sent])) return call();
        return step(() => call() as Promise<unknown>, touchedBy([sent]));
      };
    },
  });
}

interface SentCommand {
  readonly name: string;
  readonly args: unknown[];
}

function steppedChain(chain: ChainableCommander, step: Step): ChainableCommander {
  const sent: SentCommand[] = [];
  const stepped: ChainableCommander = new Proxy(chain, {
    get(target, name) {
      if (name === 'exec') {
        return () =>
          isOfLiveSessions(sent) ? target.exec() : step(() => target.exec(), touchedBy(sent));
      }
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return (...args: unknown[]) => {
        sent.push({ name: String(name), args });
        Reflect.apply(method, target, args);
        return stepped;
      };
    },
  });
  return stepped;
}

/**
 * Whether commands belong to the index of live sessions. They are no steps of their own: no operation on the sessions
 * of a user reads the index, so that its commands change nothing in any order.
 */
function isOfLiveSessions(sent: readonly SentCommand[]): boolean {
  return (
    sent.length > 0 &&
    sent.every(({ name, args }) => {
      const keys = new Command(name, args as string[]).getKeys();
      return keys.length > 0 && keys.every((key) => String(key).startsWith('live-session'));
    })
  );
}

/** Commands that write nothing; any other may. */
const READING = ['get', 'pttl', 'zrange', 'hgetall'];

function touchedBy(sent: readonly SentCommand[]): Touched | undefined {
  const reads: string[] = [];
  const writes: string[] = [];
  for (const { name, args } of sent) {
    const keys = new Command(name, args as string[]).getKeys();
    // A command that names no key may touch any key.
    if (keys.length === 0) return undefined;
    (READING.includes(name) ? reads : writes).push(...keys.map(String));
  }
  return { reads, writes };
}
