import type { Credential, Credentials } from './protection';

/** What a server process tells once it serves. */
export interface ServerReady {
  readonly port: number;
  readonly credentials: Credentials;
}

/** What a server process is asked over its IPC channel. */
export type ServerQuestion =
  | { readonly ask: 'cpu' }
  | {
      /** To hand itself requests without a socket. */
      readonly ask: 'inject';
      readonly credential: Credential;
      readonly inFlight: number;
      readonly milliseconds: number;
    };

/** CPU time that the process has used since its start, user and system, in microseconds. */
export interface CpuAnswer {
  readonly cpu: number;
}

export interface InjectAnswer {
  readonly requests: number;
  /** CPU time of the process for all of them, in microseconds. */
  readonly cpu: number;
}

/** Questions and answers are numbered; what is not an answer has number 0. */
export interface Numbered<T> {
  readonly number: number;
  readonly content: T;
}
