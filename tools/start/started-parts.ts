/** A started part of the system that must be stopped. */
export interface StartedPart {
  stop(): Promise<unknown>;
  /** Ends the part at once; absent when the part ends with this process. */
  kill?(signal: NodeJS.Signals): void;
}

/** Parts that have been started so far, to be stopped at any point of the start. */
export class StartedParts {
  private readonly parts: StartedPart[] = [];

  add(part: StartedPart): void {
    this.parts.push(part);
  }

  /** Stops all parts, newest first: an app before the Redis that it uses. */
  async stop(): Promise<void> {
    for (const part of this.parts.toReversed()) await part.stop();
  }

  /** Ends all parts at once, in any order. */
  kill(): void {
    for (const part of this.parts) part.kill?.('SIGKILL');
  }
}
