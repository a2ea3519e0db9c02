import type { SignedInSystem } from './signed-in-system';

export interface SignInFigures {
  readonly perSecond: number;
  /** Milliseconds that each took. */
  readonly times: readonly number[];
  /** How often the service asked to come later. */
  readonly refused: number;
}

/** Those who sign in over and over; whose requests are measured is not among them. */
const USERS = ['bob', 'carol', 'admin'];

/** Signs users in, one after the other. */
export async function signInInTurn(system: SignedInSystem, times: number): Promise<SignInFigures> {
  const start = performance.now();
  const figures = new Collected();
  for (let time = 0; time < times; time++) figures.add(await system.signIn(userOf(time)));
  return figures.since(start);
}

/** Signs users in, so many at once, until it is told to stop. */
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
    // It is looked at in `stop`; until then it must not count as unhandled.
    this.work.catch(() => undefined);
  }

  /** Waits for those that are under way. They count, and so does the time that they take. */
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
