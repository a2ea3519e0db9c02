import { memoryGround } from './test-support/session-manager.races.js';
import {
  describeGraceUpdateRaces,
  describeUpdateRaces,
} from './test-support/session-updates.races.js';

describeUpdateRaces('memory, between any two calls', memoryGround);
describeGraceUpdateRaces('memory, between any two calls', memoryGround);
