import { TestEnvironment } from 'jest-environment-node';
import {
  APP_ROLE,
  DATABASE_NAME,
  LOOPBACK,
} from '../../apps/auth/src/database/embedded/postgres-address';
import { openEmbeddedPostgres, TEMPORARY } from '../../apps/auth/src/database/embedded-postgres';
import { WorkerServers } from './worker-servers';

/** One instance for all files of this worker: Jest loads an environment once, outside the files' modules. */
const servers = new WorkerServers(startPostgres);

/** Starts the embedded PostgreSQL, which every machine with the workspace's packages has. */
async function startPostgres(): Promise<string> {
  const { address } = await openEmbeddedPostgres(TEMPORARY, (problem) => {
    process.emitWarning(problem);
  });
  const { port, password } = address;
  return `postgres://${APP_ROLE}:${password}@${LOOPBACK}:${port}/${DATABASE_NAME}`;
}

/** Environment of the integration tests: gives each file the worker's servers, with an empty Redis. */
export default class IntegrationEnvironment extends TestEnvironment {
  override async setup(): Promise<void> {
    await super.setup();
    await servers.reset();
    this.global.workerServers = servers;
  }
}
