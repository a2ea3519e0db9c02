import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../../tools/repository-root';

/** A stage of docker/Dockerfile: what it is built on, and its instructions. */
export interface Stage {
  name: string;
  base: string;
  instructions: [name: string, argument: string][];
}

function stages(): Stage[] {
  const lines = readFileSync(join(repositoryRoot, 'docker/Dockerfile'), 'utf8').split('\n');
  const found: Stage[] = [];
  for (const line of lines.filter((it) => it !== '' && !it.startsWith('#'))) {
    const [, base, name] = /^FROM (\S+) AS (\S+)$/.exec(line) ?? [];
    if (base !== undefined && name !== undefined) found.push({ name, base, instructions: [] });
    else {
      const [, instruction = '', argument = ''] = /^([A-Z]+) (.+)$/.exec(line) ?? [];
      found.at(-1)?.instructions.push([instruction, argument]);
    }
  }
  return found;
}

/** The stages of docker/Dockerfile, in their order. */
export const STAGES: readonly Stage[] = stages();

export function stage(name: string): Stage {
  const found = STAGES.find((it) => it.name === name);
  if (found === undefined) throw new Error(`docker/Dockerfile has no stage ${name}`);
  return found;
}

/** The arguments of an instruction, those of the stages that this one is built on among them. */
export function argumentsOf(name: string, instruction: string): string[] {
  const { base, instructions } = stage(name);
  const inherited = STAGES.some((it) => it.name === base) ? argumentsOf(base, instruction) : [];
  const own = instructions.filter(([it]) => it === instruction).map(([, argument]) => argument);
  return [...inherited, ...own];
}

/** What is copied out of the repository, and not out of another stage. */
export function copiedIn({ instructions }: Stage): string[] {
  return instructions
    .filter(([name, argument]) => name === 'COPY' && !argument.startsWith('--from'))
    .flatMap(([, argument]) => argument.split(' ').slice(0, -1));
}
