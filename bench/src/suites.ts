import { channelsSuite } from './channels/channels.suite';
import { guardSuite } from './guard/guard.suite';
import { httpSuite } from './http/http.suite';
import { inProcessSuite } from './in-process/in-process.suite';
import { loginSuite } from './login/login.suite';
import { refusedSignInsSuite } from './login/refused-sign-ins.suite';
import { metricsSuite, tracingSuite } from './metrics/metrics.suite';
import { replicationSuite } from './replication/replication.suite';
import { revocationSuite } from './revocation/revocation.suite';
import { consoleSuite } from './scale/console.suite';
import { listSuite } from './scale/list.suite';
import { scaleSuite } from './scale/scale.suite';
import { startSuite } from './start/start.suite';
import type { Suite } from './suite';
import { topologiesSuite } from './topologies/topologies.suite';

/** All suites, in the order in which they run; see `isOnDemand`. */
export const suites: readonly Suite[] = [
  httpSuite,
  inProcessSuite,
  guardSuite,
  startSuite,
  revocationSuite,
  loginSuite,
  scaleSuite,
  listSuite,
  replicationSuite,
  topologiesSuite,
  metricsSuite,
  tracingSuite,
  channelsSuite,
  refusedSignInsSuite,
  consoleSuite,
];
