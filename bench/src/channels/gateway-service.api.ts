/** Memory after garbage collections, in bytes. */
export interface MemoryFigures {
  /** Heap of JavaScript. */
  readonly heap: number;
  /** Whole process. */
  readonly rss: number;
}

/** Functions of the process with the gateway. */
export interface GatewayServiceApi {
  readonly [name: string]: (...args: never[]) => unknown;
  /** Starts the application, and returns its port. */
  listen(): Promise<number>;
  memory(): Promise<MemoryFigures>;
  /** CPU time so far, in microseconds. */
  cpu(): number;
  /** Number of timers, with those that do not keep the process alive. */
  timers(): number;
  /** Number of open connections of the server. */
  sockets(): Promise<number>;
  /** Begins to measure stalls of the event loop. */
  watchLoop(): void;
  /** Longest stall since `watchLoop`, in milliseconds. */
  longestStall(): number;
}
