import { TestEnvironment } from 'jest-environment-node';
import { SharedSystems } from './shared-systems';
import { WorkerPostgres } from './worker-postgres';

/** One instance for all files of this worker: Jest loads an environment once, outside the files' modules. */
const systems = new SharedSystems();
const postgres = new WorkerPostgres();

/** Environment of the tests that run the services as separate processes. */
export default class SystemEnvironment extends TestEnvironment {
  override async setup(): Promise<void> {
    await super.setup();
    this.global.sharedSystems = systems;
    this.global.workerPostgres = postgres;
  }
}
