import { resolve } from 'node:path';

/** The repository, as seen from the compiled file, `bench/.build/bench/src/measure/workspace.js`. */
export const workspace = resolve(__dirname, '../../../../..');
