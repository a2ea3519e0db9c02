import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { repositoryRoot } from '../../../tools/repository-root';
import { ComposeProject } from '../../support/compose-project';
import { filledIn } from '../../support/compose-values';

interface ComposeFile {
  readonly services: Readonly<Record<string, unknown>>;
}

const FORM =
  /^docker compose (?:--env-file docker\/\.env )?-f (\S+) (?:--profile (\w+) )?(\w+)(.*)$/;

/**
 * Checks a `docker compose` command without a Docker engine: its file exists, and has the service and the
 * profile that the command names.
 *
 * @throws Error that names the command and the missing part
 */
export function checkComposeCommand(command: string): void {
  const [, file, profile, action = '', rest = ''] = FORM.exec(command) ?? [];
  if (file === undefined) throw new Error(`\`${command}\` is not a known form of docker compose.`);
  const path = join(repositoryRoot, file);
  if (!existsSync(path)) throw new Error(`\`${command}\` names ${file}, which does not exist.`);
  if (profile !== undefined) requireProfile(command, file, profile);
  if (!['run', 'exec'].includes(action)) return;
  const { services } = parse(readFileSync(path, 'utf8'), { merge: true }) as ComposeFile;
  const service = rest.split(' ').find((word) => word !== '' && !word.startsWith('-')) ?? '';
  if (!(service in services)) {
    throw new Error(`\`${command}\` names the service "${service}", which ${file} does not have.`);
  }
}

function requireProfile(command: string, file: string, profile: string): void {
  const { services } = new ComposeProject(file, filledIn());
  if (Object.values(services).some(({ profiles = [] }) => profiles.includes(profile))) return;
  throw new Error(`\`${command}\` names the profile "${profile}", which ${file} does not have.`);
}
