/** Settings of a {@link TimerLoop}. */
export interface TimerLoopOptions {
  /** Returns the length of the next pause, in milliseconds. Called at the beginning of each pause. */
  readonly pause: () => number;
  /** Receives the error of a failed run. The loop continues. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * Repeats a task in the background, with a pause after the end of each run. Runs never overlap, however long
 * they take. A pause does not keep the process alive.
 */
export class TimerLoop {
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(private readonly options: TimerLoopOptions) {}

  /** Starts the loop with a pause. Call a start method once; after {@link stop} it does nothing. */
  start(task: () => Promise<unknown>): void {
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => {
      this.startNow(task);
    }, this.options.pause());
    this.#timer.unref();
  }

  /** Starts the loop with a run. */
  startNow(task: () => Promise<unknown>): void {
    if (this.#isStopped) return;
    this.#running = this.#run(task);
  }

  /** Stops the loop for good. Resolves when the run in progress has ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  async #run(task: () => Promise<unknown>): Promise<void> {
    try {
      await task();
    } catch (error) {
      this.options.onFailure(error);
    }
    this.start(task);
  }
}
