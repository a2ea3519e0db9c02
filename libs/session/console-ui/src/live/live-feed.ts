import { waitFor } from '../api/api-client';
import { backOff } from '../api/back-off';
import type { ConnectionState } from '../api/connection-state';
import { EventStreamParser } from './event-stream.parser';
import { readSessionEvent, type SessionEvent } from './session-event';

/** The server sends heartbeats; a stream that is silent for longer is dead. Milliseconds. */
const SILENCE_MS = 60_000;

export type FeedState = 'connecting' | 'open' | 'waiting';

export interface LiveFeedOptions {
  readonly url: string;
  readonly send: typeof fetch;
  readonly connection: ConnectionState;
  /**
   * Checks a session that the stream reports as ended: a rotation ends the stream too.
   *
   * @returns whether there still is a session
   */
  readonly hasSession: () => Promise<boolean>;
}

/**
 * The event stream of the server. It connects again after a failure and continues after the last event that
 * it has received.
 */
export class LiveFeed {
  readonly #listeners = new Set<(event: SessionEvent) => void>();
  readonly #stateListeners = new Set<() => void>();
  readonly #stop = new AbortController();
  #state: FeedState = 'connecting';
  #lastId: string | null = null;
  #failures = 0;

  constructor(private readonly options: LiveFeedOptions) {}

  get state(): FeedState {
    return this.#state;
  }

  readonly subscribe = (listener: (event: SessionEvent) => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly subscribeState = (listener: () => void): (() => void) => {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  };

  /** Follows the stream until `close()` or the end of the session. */
  async run(): Promise<void> {
    const { signal } = this.#stop;
    try {
      while (!signal.aborted) {
        const again = await this.#follow(signal);
        if (!again) return;
        this.#failures += 1;
        this.#become('waiting');
        this.options.connection.lost(this, 'offline');
        await waitFor(backOff(this.#failures, null, Math.random()), signal);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.options.connection.settled(this);
    }
  }

  close(): void {
    this.#stop.abort();
  }

  /** @returns whether to connect again */
  async #follow(signal: AbortSignal): Promise<boolean> {
    const silence = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const heard = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        silence.abort();
      }, SILENCE_MS);
    };
    try {
      heard();
      const answer = await this.options.send(this.options.url, {
        credentials: 'same-origin',
        headers: {
          accept: 'text/event-stream',
          ...(this.#lastId === null ? {} : { 'last-event-id': this.#lastId }),
        },
        signal: AbortSignal.any([signal, silence.signal]),
      });
      // The position is unknown to the server, such as after a flush of Redis: begin with new events.
      if (answer.status === 400) this.#lastId = null;
      if (answer.status === 401 || answer.status === 403) return await this.options.hasSession();
      if (!answer.ok || answer.body === null) return true;
      this.#failures = 0;
      this.#become('open');
      this.options.connection.settled(this);
      return await this.#read(answer.body, heard);
    } catch {
      return !signal.aborted;
    } finally {
      clearTimeout(timer);
      silence.abort();
    }
  }

  async #read(body: ReadableStream<Uint8Array>, heard: () => void): Promise<boolean> {
    const parser = new EventStreamParser();
    const decoder = new TextDecoder();
    const reader = body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return true;
      heard();
      for (const { id, type, data } of parser.push(decoder.decode(value, { stream: true }))) {
        if (id !== null) this.#lastId = id;
        if (type === 'session-ended') return await this.options.hasSession();
        const event = readSessionEvent(type, data);
        if (event !== null) this.#emit(event);
      }
    }
  }

  #emit(event: SessionEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  #become(state: FeedState): void {
    this.#state = state;
    for (const listener of this.#stateListeners) listener();
  }
}
