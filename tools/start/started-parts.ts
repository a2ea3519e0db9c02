/** Something that was started and has to be ended. */
export interface StartedPart {
  stop(): Promise<unknown>;
  /** Ends it at once; absent where the end of this process does that. */
  kill?(signal: NodeJS.Signals): void;
}

/** What has been started so far, for whoever has to end it, at whatever point the start was. */
export class StartedParts {
  private readonly parts: StartedPart[] = [];

  add(part: StartedPart): void {
    this.parts.push(part);
  }

  /** Ends all in order, the newest first: an app before the Redis that it uses. */
  async stop(): Promise<void> {
    for (const part of this.parts.toReversed()) await part.stop();
  }

  /** Ends all at once, in no order. */
  kill(): void {
    for (const part of this.parts) part.kill?.('SIGKILL');
  }
}
