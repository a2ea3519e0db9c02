import {
  describeGraceRaces,
  describeLongRaces,
  describeRaces,
  memoryGround,
} from './test-support/session-manager.races.js';

describeRaces('memory, between any two calls', memoryGround);
describeGraceRaces('memory, between any two calls', memoryGround);
describeLongRaces('memory, between any two calls', memoryGround);
