import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onOutputLine } from '../processes/output-lines';
import { processExit, type ProcessExit } from '../processes/process-exit';
import { repositoryRoot } from '../repository-root';

/** A test's program in a Node process of its own. */
export interface RunningScript {
  readonly child: ChildProcess;
  /** Output so far, on stdout and stderr. */
  readonly lines: readonly string[];
  readonly exited: Promise<ProcessExit>;
}

export interface RunTypeScriptOptions {
  /** @default process.env */
  readonly env?: NodeJS.ProcessEnv;
  /** Whether the program is the child of a shell, as npm runs its scripts. @default false */
  readonly shell?: boolean;
}

/**
 * Runs TypeScript source like `npm start` runs its own.
 *
 * @param source may import from `tools` by paths such as './redis/redis-server'
 */
export function runTypeScript(
  source: string,
  { env = process.env, shell = false }: RunTypeScriptOptions = {},
): RunningScript {
  const folder = mkdtempSync(join(tmpdir(), 'script-'));
  const file = join(folder, 'script.ts');
  const tools = join(repositoryRoot, 'tools');
  writeFileSync(file, source.replaceAll("from './", `from '${tools}/`));
  const command = [process.execPath, '--import', 'tsx', file];
  // The second command keeps the shell from replacing itself with the first.
  const [program = '', ...args] = shell ? ['/bin/sh', '-c', `${command.join(' ')}; exit`] : command;
  const child = spawn(program, args, {
    cwd: repositoryRoot,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  onOutputLine(child, (line) => lines.push(line));
  const exited = processExit(child).finally(() => {
    rmSync(folder, { recursive: true });
  });
  return { child, lines, exited };
}
