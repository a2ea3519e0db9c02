import type { SignedInSystem } from './signed-in-system';

export interface SignInFigures {
  readonly perSecond: number;
  /** Duration of each sign-in in milliseconds. */
  readonly times: readonly number[];
  /** Number of answers 429 and 503. */
  readonly refused: number;
}

/** Users that sign in repeatedly. The guarded requests belong to another user. */
const USERS = ['bob', 'carol', 'admin'];

/** Signs users in, one after the other. */
export async function signInInTurn(system: SignedInSystem, times: number): Promise<SignInFigures> {
  const start = performance.now();
  const figures = new Collected();
  for (let time = 0; time < times; time++) figures.add(await system.signIn(userOf(time)));
  return figures.since(start);
}

/** Signs users in, several at a time, until it is stopped. */
export class SignInLoad {
  private readonly collected = new Collected();
  private readonly start = performance.now();
  private readonly work: Promise<unknown>;
  private hasEnded = false;

  constructor(system: SignedInSystem, atOnce: number) {
    this.work = Promise.all(
      Array.from({ length: atOnce }, async (_, at) => {
        while (!this.hasEnded) this.collected.add(await system.signIn(userOf(at)));
      }),
    );
    // `stop()` awaits it. Until then a failure must not count as unhandled.
    this.work.catch(() => undefined);
  }

  /** Waits for the sign-ins under way. They count, with their time. */
  async stop(): Promise<SignInFigures> {
    this.hasEnded = true;
    await this.work;
    return this.collected.since(this.start);
  }
}

class Collected {
  private readonly times: number[] = [];
  private refused = 0;

  add({ token, took }: { token: string | null; took: number }): void {
    if (token === null) this.refused += 1;
    else this.times.push(took);
  }

  since(start: number): SignInFigures {
    const seconds = (performance.now() - start) / 1_000;
    return { perSecond: this.times.length / seconds, times: this.times, refused: this.refused };
  }
}

function userOf(n: number): string {
  return USERS[n % USERS.length] ?? '';
}
