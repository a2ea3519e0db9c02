import { createRequire } from 'node:module';
import { join } from 'node:path';
import type ts from 'typescript';
import { ManualStepError } from './manual-step.error.js';

export type TypeScript = typeof ts;

/**
 * Loads the compiler of the project, the version that its code is written for. A project without one gets the
 * compiler of the Nest CLI that runs this schematic.
 *
 * @throws ManualStepError if neither has an API that parses files
 */
export function loadTypeScript(projectFolder: string, runningScript = process.argv[1]): TypeScript {
  for (const file of [join(projectFolder, 'package.json'), runningScript]) {
    const compiler = file === undefined ? undefined : typeScriptFor(file);
    if (compiler) return compiler;
  }
  throw new ManualStepError(
    'The project has no TypeScript whose API can parse files. Install typescript 5 or 6 as a development dependency and try again.',
  );
}

function typeScriptFor(file: string): TypeScript | undefined {
  try {
    const loaded = createRequire(file)('typescript') as Partial<TypeScript>;
    // Native versions of the compiler have no such function.
    return typeof loaded.createSourceFile === 'function' ? (loaded as TypeScript) : undefined;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (['MODULE_NOT_FOUND', 'ERR_PACKAGE_PATH_NOT_EXPORTED'].includes(code)) return undefined;
    throw error;
  }
}
