import { DatabaseUnavailableError } from '../database/database-unavailable.error';

/** Maximum number of pool connections that one user may occupy. */
const AT_ONCE = 2;

interface Turns {
  running: number;
  readonly waiting: Set<() => void>;
}

/**
 * Limits concurrent work that waits for the row lock of one user. Without the limit a single locked row would
 * occupy the whole connection pool and block every sign-in.
 */
export class UserTurns {
  readonly #users = new Map<string, Turns>();

  /** @param timeout Longest wait for a turn, in milliseconds. */
  constructor(private readonly timeout: number) {}

  /** @throws DatabaseUnavailableError when no turn is free in time */
  async take<T>(userId: string, work: () => Promise<T>): Promise<T> {
    const turns = this.#users.get(userId) ?? { running: 0, waiting: new Set() };
    this.#users.set(userId, turns);
    if (turns.running < AT_ONCE) turns.running += 1;
    else await this.#untilHandedOver(turns);
    try {
      return await work();
    } finally {
      this.#handOver(userId, turns);
    }
  }

  /** Passes the turn to the longest waiting caller. */
  #handOver(userId: string, turns: Turns): void {
    const [next] = turns.waiting;
    if (next) {
      turns.waiting.delete(next);
      next();
      return;
    }
    turns.running -= 1;
    if (turns.running === 0) this.#users.delete(userId);
  }

  #untilHandedOver({ waiting }: Turns): Promise<void> {
    return new Promise((resolve, reject) => {
      const take = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        waiting.delete(take);
        reject(
          new DatabaseUnavailableError(
            new Error('too many requests wait for the row of this user'),
          ),
        );
      }, this.timeout);
      waiting.add(take);
    });
  }
}
