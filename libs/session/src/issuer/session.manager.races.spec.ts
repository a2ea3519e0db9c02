import {
  describeGraceRaces,
  describeLongRaces,
  describeRaces,
  memoryGround,
} from './testing/session-manager.races.js';

describeRaces('memory, between any two calls', memoryGround);
describeGraceRaces('memory, between any two calls', memoryGround);
describeLongRaces('memory, between any two calls', memoryGround);
