/**
 * Shares one run of an asynchronous task between concurrent callers. A call after the end of a run starts the
 * next run, also after a failure.
 */
export class SingleFlight<T> {
  #inFlight: Promise<T> | null = null;

  constructor(private readonly task: () => Promise<T>) {}

  /** Joins the run in progress, or starts a run. */
  run(): Promise<T> {
    this.#inFlight ??= this.task().finally(() => {
      this.#inFlight = null;
    });
    return this.#inFlight;
  }
}
