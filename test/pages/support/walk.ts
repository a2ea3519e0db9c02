import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { repositoryRoot } from '../../../tools/repository-root';
import { blocksOf, commandsOf, fileOf, isShownBy, type ShownCommand } from './page-blocks';
import type { IsReady, Terminal } from './terminal';

export interface WalkOptions {
  /** Folder that the terminal starts in, and that the files of the page are relative to. */
  readonly folder: string;
  readonly terminal: Terminal;
  /** Texts of the page, such as ports and placeholders, each with the text that takes its place. */
  readonly replaced?: ReadonlyMap<string, string>;
  /** Commands that run until they are stopped, each with the sign of a server that is ready. */
  readonly servers?: ReadonlyMap<string, IsReady>;
  /** Commands that ask for a line, each with the line. */
  readonly inputs?: ReadonlyMap<string, string>;
  /** Commands that this walk leaves out, because another test runs them. */
  readonly elsewhere?: readonly string[];
  /** Called with the commands that need a Docker engine, in place of running them. */
  readonly onDocker?: (command: string) => void;
}

/**
 * Does what a page tells its reader to do, from the first line to the last: writes the files, runs the commands,
 * and compares the output that the page shows. Only the replaced texts differ from the page.
 *
 * @returns the commands that ran
 * @throws Error that names the page, the command and its output
 */
export async function walk(page: string, options: WalkOptions): Promise<string[]> {
  const { folder, terminal, elsewhere = [] } = options;
  const text = await readFile(join(repositoryRoot, page), 'utf8');
  const ran: string[] = [];
  for (const block of blocksOf(text)) {
    const file = fileOf(block);
    if (file !== null) await write(join(folder, file.path), file.text);
    for (const shown of commandsOf(block)) {
      if (elsewhere.some((it) => shown.command.startsWith(it))) continue;
      if (shown.command.startsWith('docker ')) {
        options.onDocker?.(shown.command);
        continue;
      }
      const command = replace(shown.command, options);
      const ready = valueFor(shown.command, options.servers);
      try {
        if (ready !== undefined) await terminal.start(command, ready);
        else await check(command, shown, options);
      } catch (cause) {
        throw new Error(`${page}: ${(cause as Error).message}`, { cause });
      }
      ran.push(shown.command);
    }
  }
  return ran;
}

async function check(command: string, shown: ShownCommand, options: WalkOptions): Promise<void> {
  const input = valueFor(shown.command, options.inputs);
  const { lines, exitCode } = await options.terminal.run(command, input);
  const output = shown.output.map((line) => replace(line, options));
  if (exitCode === 0 && isShownBy(lines, output)) return;
  const expected = output.map((line) => `\n  ${line}`).join('');
  throw new Error(
    `\`${command}\` ended with ${exitCode}. Expected output:${expected}\nActual output:\n${lines.join('\n')}`,
  );
}

/** Returns the value of the first key that is a part of the command. */
function valueFor<T>(command: string, values: ReadonlyMap<string, T> = new Map()): T | undefined {
  return [...values].find(([part]) => command.includes(part))?.[1];
}

function replace(text: string, { replaced = new Map<string, string>() }: WalkOptions): string {
  return [...replaced].reduce((result, [from, to]) => result.replaceAll(from, to), text);
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
