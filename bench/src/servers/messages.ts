import type { Credential, Credentials } from './protection';

/** Message of a server process that is ready. */
export interface ServerReady {
  readonly port: number;
  readonly credentials: Credentials;
}

/** Question to a server process over its IPC channel. */
export type ServerQuestion =
  | { readonly ask: 'cpu' }
  | {
      /** Asks it to send itself requests without a socket. */
      readonly ask: 'inject';
      readonly credential: Credential;
      readonly inFlight: number;
      readonly milliseconds: number;
    };

/** CPU time of the process since its start, user and system, in microseconds. */
export interface CpuAnswer {
  readonly cpu: number;
}

export interface InjectAnswer {
  readonly requests: number;
  /** CPU time of the process for all of them, in microseconds. */
  readonly cpu: number;
}

/** A question or its answer, with the same number. Other messages have number 0. */
export interface Numbered<T> {
  readonly number: number;
  readonly content: T;
}
