export { fieldsOf, sampleSession } from '../src/testing/contract/sample-session.js';
