/** Counts sign-ins. */
export class Statistics {
  readonly signIns = new Map<string, number>();

  countSignIn(userId: string): Promise<void> {
    this.signIns.set(userId, (this.signIns.get(userId) ?? 0) + 1);
    return Promise.resolve();
  }
}
