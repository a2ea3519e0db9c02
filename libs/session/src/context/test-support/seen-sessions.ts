import { EventEmitter, once } from 'node:events';
import { setImmediate as immediate, setTimeout as timer } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { SessionContext } from '../session-context.js';

/** Username of the current session, or `null`, by the place in which it was read. */
export type Seen = Record<string, string | null>;

/** A provider of the default scope that reads the session in many places, and keeps what it has read. */
@Injectable()
export class SeenSessions {
  #seen: Seen = {};

  constructor(readonly context: SessionContext) {}

  get username(): string | null {
    return this.context.user?.username ?? null;
  }

  note(place: string): void {
    this.#seen[place] = this.username;
  }

  /** Returns what was read since the last call. */
  take(): Seen {
    const seen = this.#seen;
    this.#seen = {};
    return seen;
  }

  /** Notes the session after everything that may change the asynchronous context. */
  async noteEverywhere(): Promise<void> {
    this.note('handler');
    await Promise.resolve();
    this.note('await');
    await timer(1);
    this.note('timer');
    await immediate();
    this.note('immediate');
    await new Promise<void>((resolve) => {
      process.nextTick(resolve);
    });
    this.note('next tick');
    queueMicrotask(() => {
      this.note('microtask');
    });
    const emitter = new EventEmitter();
    emitter.once('event', () => {
      this.note('event listener');
    });
    setImmediate(() => emitter.emit('event'));
    await once(emitter, 'event');
    await Promise.all([1, 2].map((it) => this.#branch(it)));
    for await (const it of this.#iterated()) this.note(it);
  }

  async #branch(number: number): Promise<void> {
    await timer(number);
    this.note(`branch ${number}`);
  }

  async *#iterated(): AsyncGenerator<string> {
    await immediate();
    yield 'async iterator';
  }
}

/** Result of {@link SeenSessions.noteEverywhere} where the session can be read everywhere. */
export function everywhere(username: string): Seen {
  const places = [
    ...['handler', 'await', 'timer', 'immediate', 'next tick', 'microtask', 'event listener'],
    ...['branch 1', 'branch 2', 'async iterator'],
  ];
  return Object.fromEntries(places.map((place) => [place, username]));
}
