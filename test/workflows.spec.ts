import { accessSync, constants, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { repositoryRoot } from '../tools/repository-root';
import { eachRow } from '../tools/testing/each-row';

type Permissions = Readonly<Record<string, string>>;

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly if?: string;
  readonly needs?: string | readonly string[];
  readonly permissions?: Permissions;
  readonly environment?: string;
  readonly 'timeout-minutes'?: number;
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly unknown[]>> };
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: Permissions;
  readonly jobs: Readonly<Record<string, Job>>;
}

const FOLDER = '.github/workflows';

/** Matches an action of a known release: a commit cannot move, a tag can. The comment names the release. */
const PINNED = /^ +- uses: [\w-]+\/[\w-]+@[\da-f]{40} # v\d+\.\d+\.\d+$/;

const inRoot = (path: string) => join(repositoryRoot, path);
const textOf = (path: string) => readFileSync(inRoot(path), 'utf8');

const { scripts, engines } = JSON.parse(textOf('package.json')) as {
  scripts: Readonly<Record<string, string>>;
  engines: { node: string };
};
const workflows = readdirSync(inRoot(FOLDER)).map((file) => {
  const text = textOf(`${FOLDER}/${file}`);
  return { file, text, workflow: parse(text) as Workflow };
});
const jobs = workflows.flatMap(({ file, workflow }) =>
  Object.entries(workflow.jobs).map(([name, job]) => ({ name: `${file}: ${name}`, job })),
);
const steps = jobs.flatMap(({ name, job }) => job.steps.map((step) => ({ name, step })));

function workflowOf(file: string): Workflow {
  const found = workflows.find((it) => it.file === file);
  if (found === undefined) throw new Error(`${FOLDER}/${file} is missing`);
  return found.workflow;
}

function jobOf(file: string, name: string): Job {
  const job = workflowOf(file).jobs[name];
  if (job === undefined) throw new Error(`${FOLDER}/${file} has no job ${name}`);
  return job;
}

const commandsOf = ({ steps: all }: Job) => all.map(({ run }) => run ?? '').join('\n');

describe('the workflows', () => {
  it('run scripts that package.json or the repository has', () =>
    eachRow(
      steps.filter(({ step }) => step.run !== undefined),
      ({ step: { run = '' } }) => {
        const [, script] = /^npm (?:run )?([\w:]+)/.exec(run) ?? [];
        const known = [...Object.keys(scripts), 'ci', 'publish'];
        if (script !== undefined) expect(known).toContain(script);
        const [file] = /^\.ci\/\S+/.exec(run) ?? [];
        if (file !== undefined) accessSync(inRoot(file), constants.X_OK);
      },
      ({ name, step }) => `${name}: ${step.run ?? ''}`,
    ));

  it('pin every action to a commit, and name its release', () =>
    eachRow(workflows, ({ text }) => {
      const uses = text.split('\n').filter((line) => /\buses:/.test(line));
      expect(uses).not.toEqual([]);
      expect(uses.filter((line) => !PINNED.test(line))).toEqual([]);
    }));

  it('read the repository, and have no other permission, except to sign a release', () => {
    for (const { workflow } of workflows)
      expect(workflow.permissions).toEqual({ contents: 'read' });
    const raised = jobs.flatMap(({ name, job }) =>
      job.permissions === undefined ? [] : [[name, job.permissions]],
    );
    expect(raised).toEqual([['release.yml: publish', { 'id-token': 'write' }]]);
  });

  it('use no secret, and run for pull requests without rights on the repository', () => {
    for (const { text, workflow } of workflows) {
      expect(text).not.toContain('secrets.');
      expect(Object.keys(workflow.on)).not.toContain('pull_request_target');
    }
  });

  it('never put a value from outside into a command', () =>
    eachRow(
      steps.filter(({ step }) => step.run !== undefined),
      ({ step }) => {
        expect(step.run).not.toContain('${{');
      },
      ({ name }) => name,
    ));

  it('keep no credential in the checkout', () => {
    const checkouts = steps.filter(({ step }) => step.uses?.startsWith('actions/checkout@'));
    expect(checkouts.length).toBeGreaterThan(2);
    for (const { step } of checkouts) expect(step.with?.['persist-credentials']).toBe(false);
  });

  it('end every job by a time limit', () =>
    eachRow(
      jobs,
      ({ job }) => {
        expect(job['timeout-minutes']).toBeGreaterThan(0);
      },
      ({ name }) => name,
    ));
});

describe('ci.yml', () => {
  it('tests every supported Node.js line with every supported server', () => {
    const { matrix } = jobOf('ci.yml', 'test').strategy ?? { matrix: {} };
    expect(matrix).toEqual({
      node: [20, 22, 24],
      redis: ['redis:7', 'redis:8', 'valkey/valkey:9'],
    });
    expect(engines.node).toBe('>=20.19');
    expect(commandsOf(jobOf('ci.yml', 'test'))).toContain('npm test');
  });

  it('lints, and runs all tests once', () => {
    expect(commandsOf(jobOf('ci.yml', 'lint'))).toContain('npm run lint');
    expect(commandsOf(jobOf('ci.yml', 'everything'))).toContain('.ci/run');
    expect(textOf('.ci/run')).toMatch(/^npm test\nnpm run test:rest$/m);
  });
});

describe('release.yml', () => {
  const publish = jobOf('release.yml', 'publish');

  it('publishes with provenance, for a tag only, after the checks', () => {
    expect(publish.if).toBe("github.event_name == 'push'");
    expect(workflowOf('release.yml').on.push).toEqual({ tags: ['v*'] });
    expect(publish.needs).toBe('check');
    expect(publish.environment).toBe('npm');
    expect(commandsOf(publish)).toBe('\n\nnpm publish ./*.tgz --provenance');
  });

  it('tests, checks and packs the release before it', () => {
    const commands = commandsOf(jobOf('release.yml', 'check'));
    expect(commands).toMatch(
      /npm test\n[^]*release:dry -- --tag[^]*npm pack \.\/dist\/nest-sessions/,
    );
  });

  it('runs no code of the repository or its dependencies with the right to publish', () => {
    expect(publish.steps.map(({ uses = '' }) => uses.split('@')[0])).toEqual([
      'actions/download-artifact',
      'actions/setup-node',
      '',
    ]);
  });
});

describe('dependabot.yml', () => {
  it('updates every package, action and image of the repository', () => {
    const { updates } = parse(textOf('.github/dependabot.yml')) as {
      updates: { 'package-ecosystem': string; directory?: string; directories?: string[] }[];
    };
    const places = updates.flatMap(({ 'package-ecosystem': kind, directory, directories }) =>
      [directory ?? directories ?? []].flat().map((place) => `${kind} ${place}`),
    );
    expect(places).toEqual([
      'npm /',
      'npm /bench',
      'github-actions /',
      'docker /docker',
      'docker-compose /docker',
    ]);
  });
});

describe('the issue templates', () => {
  const forms = readdirSync(inRoot('.github/ISSUE_TEMPLATE'))
    .filter((file) => file !== 'config.yml')
    .map(
      (file) =>
        [
          file,
          parse(textOf(`.github/ISSUE_TEMPLATE/${file}`)) as {
            name: string;
            description: string;
            body: { type: string; id?: string; attributes: { label?: string } }[];
          },
        ] as const,
    );

  it('have a name, a description, and a label and an own id for each field', () =>
    eachRow(
      forms,
      ([, { name, description, body }]) => {
        expect([name, description]).not.toContain('');
        const fields = body.filter(({ type }) => type !== 'markdown');
        expect(fields.every(({ attributes }) => attributes.label)).toBe(true);
        expect(new Set(fields.map(({ id }) => id)).size).toBe(fields.length);
      },
      ([file]) => file,
    ));

  it('ask for the versions, the topology and a reproduction of a bug', () => {
    const ids = new Map(forms).get('bug.yml')?.body.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(['versions', 'topology', 'reproduction']));
  });
});

describe('the settings of Visual Studio Code', () => {
  it('start scripts and programs that the repository has', () => {
    const { tasks } = JSON.parse(textOf('.vscode/tasks.json')) as { tasks: { script: string }[] };
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(tasks.map((it) => it.script)));
    const { configurations } = JSON.parse(textOf('.vscode/launch.json')) as {
      configurations: { name: string; program?: string; runtimeArgs?: string[] }[];
    };
    for (const { program = 'package.json', runtimeArgs = [] } of configurations) {
      accessSync(inRoot(program.replace('${workspaceFolder}/', '')));
      if (runtimeArgs[0] !== 'nest')
        expect(runtimeArgs).toEqual(program === 'package.json' ? ['start'] : []);
    }
  });

  it('offer every app for debugging', () => {
    const { inputs } = JSON.parse(textOf('.vscode/launch.json')) as {
      inputs: { options: string[] }[];
    };
    expect(inputs[0]?.options).toEqual(readdirSync(inRoot('apps')).sort());
  });
});

describe('the files of the repository', () => {
  it('name no package registry', () => {
    const files = [...workflows.map(({ file }) => `${FOLDER}/${file}`), '.github/dependabot.yml'];
    for (const file of files) expect(textOf(file)).not.toMatch(/registry/);
  });
});
