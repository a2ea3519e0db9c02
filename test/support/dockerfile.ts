import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../../tools/repository-root';

/** A stage of docker/Dockerfile: its base and its instructions. */
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

/** Stages of docker/Dockerfile, in order. */
export const STAGES: readonly Stage[] = stages();

export function stage(name: string): Stage {
  const found = STAGES.find((it) => it.name === name);
  if (found === undefined) throw new Error(`docker/Dockerfile has no stage ${name}`);
  return found;
}

/** Returns the arguments of an instruction, including those of the stages that a stage is built on. */
export function argumentsOf(name: string, instruction: string): string[] {
  const { base, instructions } = stage(name);
  const inherited = STAGES.some((it) => it.name === base) ? argumentsOf(base, instruction) : [];
  const own = instructions.filter(([it]) => it === instruction).map(([, argument]) => argument);
  return [...inherited, ...own];
}

/** Returns the paths that a stage copies from the repository, not from another stage. */
export function copiedIn({ instructions }: Stage): string[] {
  return instructions
    .filter(([name, argument]) => name === 'COPY' && !argument.startsWith('--from'))
    .flatMap(([, argument]) => argument.split(' ').slice(0, -1));
}
