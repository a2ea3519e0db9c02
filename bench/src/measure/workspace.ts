import { resolve } from 'node:path';

/** Root of the repository, relative to the compiled file, `bench/.build/bench/src/measure/workspace.js`. */
export const workspace = resolve(__dirname, '../../../../..');
