import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { repositoryRoot } from '../../../tools/repository-root';

interface ComposeFile {
  readonly services: Readonly<Record<string, unknown>>;
}

/**
 * Checks a `docker compose` command without a Docker engine: its file exists, and has the service that the command
 * names.
 *
 * @throws Error that names the command and the missing part
 */
export function checkComposeCommand(command: string): void {
  const [, file, action = '', rest = ''] =
    /^docker compose (?:--env-file docker\/\.env )?-f (\S+) (\w+)(.*)$/.exec(command) ?? [];
  if (file === undefined) throw new Error(`\`${command}\` is not a known form of docker compose.`);
  const path = join(repositoryRoot, file);
  if (!existsSync(path)) throw new Error(`\`${command}\` names ${file}, which does not exist.`);
  if (!['run', 'exec'].includes(action)) return;
  const { services } = parse(readFileSync(path, 'utf8'), { merge: true }) as ComposeFile;
  const service = rest.split(' ').find((word) => word !== '' && !word.startsWith('-')) ?? '';
  if (!(service in services)) {
    throw new Error(`\`${command}\` names the service "${service}", which ${file} does not have.`);
  }
}
