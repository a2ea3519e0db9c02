import child_process from 'node:child_process';
import net from 'node:net';
import { TestEnvironment } from 'jest-environment-node';

/** Calls that a unit test must not make, by object and method. */
const FORBIDDEN: readonly (readonly [object: object, method: string])[] = [
  [net.Server.prototype, 'listen'],
  [net.Socket.prototype, 'connect'],
  [child_process, 'spawn'],
  [child_process, 'spawnSync'],
  [child_process, 'fork'],
  [child_process, 'execFile'],
  [child_process, 'execFileSync'],
];

/** Environment of the unit tests: they open no socket and start no process, so that they stay fast. */
export default class UnitEnvironment extends TestEnvironment {
  readonly #restore: (() => void)[] = [];

  override async setup(): Promise<void> {
    await super.setup();
    // All files of the worker share Node's own modules, including files of other tiers.
    for (const [owner, method] of FORBIDDEN) this.#forbid(owner, method);
  }

  override async teardown(): Promise<void> {
    for (const restore of this.#restore) restore();
    await super.teardown();
  }

  #forbid(owner: object, method: string): void {
    const original: unknown = Reflect.get(owner, method);
    Reflect.set(owner, method, () => {
      throw new Error(`A unit test called ${method}(): name the file *.int-spec.ts.`);
    });
    this.#restore.push(() => {
      Reflect.set(owner, method, original);
    });
  }
}
