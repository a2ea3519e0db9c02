export { managerOf } from '../src/testing/contract/manager-of.js';
