import { resolve } from 'node:path';

/** Absolute path of the folder that holds package.json, nest-cli.json and `dist`. */
export const repositoryRoot = resolve(__dirname, '..');
