import type { ChainableCommander, Redis } from 'ioredis';
import type { Session } from '../session/session';
import { IssuerSessionStore, type SessionSnapshot } from '../store/issuer-session.store';

/** Runs one step of an operation: at its turn, or not at all. */
export type Step = <T>(act: () => Promise<T>) => Promise<T>;

/** A store each of whose calls is one step. */
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

  update(id: string, change: (session: Session) => Session): Promise<Session | null> {
    return this.step(() => this.inner.update(id, change));
  }

  remove(id: string, userId: string | null): Promise<Session | null> {
    return this.step(() => this.inner.remove(id, userId));
  }

  replace(session: Session, by: Session): Promise<Session | null> {
    return this.step(() => this.inner.replace(session, by));
  }

  supersede(session: Session, by: Session, grace: number): Promise<boolean> {
    return this.step(() => this.inner.supersede(session, by, grace));
  }

  review(id: string, userId: string): Promise<number | null> {
    return this.step(() => this.inner.review(id, userId));
  }

  idsOf(userId: string): Promise<string[]> {
    return this.step(() => this.inner.idsOf(userId));
  }
}

/**
 * A client each of whose round trips is one step, so that something else can happen between two
 * commands of one call to a store. What it sends goes to the real server.
 */
export function steppedClient(client: Redis, step: Step): Redis {
  return new Proxy(client, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return (...args: unknown[]) => {
        const call = () => Reflect.apply(method, target, args) as unknown;
        if (name !== 'multi' && name !== 'pipeline') return step(() => call() as Promise<unknown>);
        const chain = call() as ChainableCommander;
        const exec = chain.exec.bind(chain);
        chain.exec = () => step(() => exec());
        return chain;
      };
    },
  });
}
