import { ToSwitch } from './environment-values';
import { IsNearCache } from './near-cache-rules';
import { ServiceEnvironment } from './service.environment';

/** What a service reads beside that only asks who is signed in, and changes no session's record. */
export class ResourceEnvironment extends ServiceEnvironment {
  /** Keeps sessions in this process' memory: `on`, `off`, or the greatest staleness. */
  @ToSwitch()
  @IsNearCache()
  readonly SESSION_NEAR_CACHE: boolean | string = false;
}
