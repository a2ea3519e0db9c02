/** Clients to open. */
export interface ClientsPlan {
  readonly port: number;
  /** Token of each client; `null` for a client without a session. */
  readonly tokens: readonly (string | null)[];
  /** Number of the process, from 0: each uses other source addresses. */
  readonly part: number;
}

/** Close frames that have arrived. */
export interface ClosedClients {
  readonly count: number;
  /** Number of clients whose connection ended without a close frame. */
  readonly terminated: number;
  /** Arrival of the last close frame on the machine's monotonic clock, in nanoseconds. */
  readonly lastAt: string;
  /** Close codes, without repetition. */
  readonly codes: readonly number[];
}

export interface Exchanged {
  /** Number of messages that were answered. */
  readonly messages: number;
  readonly seconds: number;
}

/** Functions of a process with clients. */
export interface GatewayClientsApi {
  readonly [name: string]: (...args: never[]) => unknown;
  /** Opens clients in addition to the open clients. */
  open(plan: ClientsPlan): Promise<void>;
  /** Waits until all clients have received a close frame. */
  allClosed(): Promise<ClosedClients>;
  /** Waits for the close frame of a client, counted from 0. Returns its arrival like `lastAt`. */
  closed(client: number): Promise<string>;
  /** Sends on every client the next message when the answer to the last has arrived. */
  saturate(milliseconds: number): Promise<Exchanged>;
  /** Sends messages at a fixed rate until `stopPace`. */
  pace(perSecond: number): void;
  stopPace(): Exchanged;
}
