import { TestEnvironment } from 'jest-environment-node';
import { WorkerServers } from './worker-servers';

/** One for all files of this worker: Jest loads an environment once, outside the files' modules. */
const servers = new WorkerServers();

/** Environment of the integration tests: hands the worker's servers to each file, empty. */
export default class IntegrationEnvironment extends TestEnvironment {
  override async setup(): Promise<void> {
    await super.setup();
    await servers.reset();
    this.global.workerServers = servers;
  }
}
