import { RedisEnvironment } from '@app/platform';
import { IsReplicaCount, IsServiceList } from '../environment-rules';

/** Session settings of the command line, as in `AuthEnvironment`. */
export class LiveSessionsEnvironment extends RedisEnvironment {
  @IsReplicaCount()
  readonly SESSION_WAIT_REPLICAS: number = 0;

  @IsServiceList()
  readonly SESSION_SERVICES: readonly string[] = ['orders', 'products'];
}
