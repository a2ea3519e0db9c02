import { RedisEnvironment } from '@app/platform';
import { IsReplicaCount, IsServiceList } from '../environment-rules';

/** What the command line must know of the sessions: as `AuthEnvironment` has it. */
export class LiveSessionsEnvironment extends RedisEnvironment {
  @IsReplicaCount()
  readonly SESSION_WAIT_REPLICAS: number = 0;

  @IsServiceList()
  readonly SESSION_SERVICES: readonly string[] = ['orders', 'products'];
}
