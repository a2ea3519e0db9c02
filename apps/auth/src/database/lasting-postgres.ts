import { type PostgresAddress } from './embedded/postgres-address';
import { type EmbeddedPostgres, openEmbeddedPostgres } from './embedded-postgres';

/**
 * Embedded PostgreSQL of a data folder for the lifetime of the app. After the server has ended, in a crash or
 * with the process that owned it, {@link open} starts it again or finds its new address.
 */
export class LastingPostgres {
  #current: EmbeddedPostgres | null = null;
  #opening: Promise<PostgresAddress> | null = null;
  #isStopped = false;

  /**
   * @param dataDir As for {@link openEmbeddedPostgres}.
   * @param onProblem called when PostgreSQL ends unexpectedly
   */
  constructor(
    private readonly dataDir: string,
    private readonly onProblem: (message: string) => void,
  ) {}

  /**
   * Returns the address of the running server, and starts the server if necessary.
   *
   * @throws Error that explains why PostgreSQL does not run and how to fix it
   */
  open(): Promise<PostgresAddress> {
    this.#opening ??= this.#open().finally(() => {
      this.#opening = null;
    });
    return this.#opening;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#opening?.catch(() => undefined);
    await this.#current?.stop();
  }

  async #open(): Promise<PostgresAddress> {
    const before = this.#current;
    if (before && (this.#isStopped || !(await before.hasEnded()))) return before.address;
    this.#current = await openEmbeddedPostgres(this.dataDir, this.onProblem);
    return this.#current.address;
  }
}
