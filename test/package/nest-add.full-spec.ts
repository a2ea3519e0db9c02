import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eachRow } from '../../tools/testing/each-row';
import { NEST_CLI_RELEASES, nestCli } from './support/nest-cli';
import { NestWorkspace } from './support/nest-workspace';
import { packPackage } from './support/packed-package';

/** Limit for an installation from the network, in milliseconds. */
const INSTALLATION_MS = 300_000;

/** Folder with the projects, and the packed library. */
let folder: string;
let tarball: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nest-add-spec-'));
  ({ tarball } = await packPackage());
}, INSTALLATION_MS);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each(NEST_CLI_RELEASES)('nest add nest-sessions, with the Nest CLI %s', (release) => {
  let cli: string;
  let installed: NestWorkspace;
  let output: string;
  let created = 0;

  beforeAll(async () => {
    cli = await nestCli(release);
    installed = await NestWorkspace.create(folder, `installed-${release}`, cli);
    await installed.take(tarball, 'library.tgz');
    output = await installed.nest('add', 'nest-sessions@file:library.tgz', '--role', 'orders');
  }, INSTALLATION_MS);

  /** A new project with the packages of the first, so that it needs no installation. */
  async function newWorkspace(): Promise<NestWorkspace> {
    const workspace = await NestWorkspace.create(folder, `project-${release}-${++created}`, cli);
    await workspace.shareModules(installed);
    return workspace;
  }

  const add = (workspace: NestWorkspace, ...flags: readonly string[]) =>
    workspace.nest('add', 'nest-sessions', '--skip-install', ...flags);

  /** Output of a command that the schematic rejects. The Nest CLI 12 then exits with 1, the Nest CLI 11 with 0. */
  const rejection = (workspace: NestWorkspace, ...flags: readonly string[]) =>
    add(workspace, ...flags).catch((error: unknown) => (error as Error).message);

  it('installs and wires the library, and the application compiles', async () => {
    expect(output).toContain('SessionModule is in src/app.module.ts');
    const files = await installed.files();
    expect(files['.env.example']).toBe('REDIS_URL=redis://127.0.0.1:6379\n');
    expect(files['src/session-roles.ts']).toContain('orders: true;');
    const { dependencies } = JSON.parse(files['package.json'] ?? '') as {
      dependencies: Record<string, string>;
    };
    expect(dependencies).toMatchObject({
      'nest-sessions': 'file:library.tgz',
      ioredis: '^6.0.0',
    });
    await installed.compile('tsconfig.build.json', '--noEmit');
  });

  it('types the role, so that another role does not compile', async () => {
    const workspace = await newWorkspace();
    await add(workspace, '--role=orders');
    const text = await workspace.read('src/app.module.ts');
    await workspace.write('src/app.module.ts', text.replace("'orders'", "'order'"));
    await expect(workspace.compile('tsconfig.build.json', '--noEmit')).rejects.toThrow(
      `Type '"order"' is not assignable to type '"orders"'`,
    );
  });

  it('changes nothing in a dry run and in a second run', async () => {
    const workspace = await newWorkspace();
    const before = await workspace.files();
    expect(await add(workspace, '--dry-run', '--role=orders')).toContain('src/app.module.ts');
    expect(await workspace.files()).toEqual(before);

    await add(workspace, '--role=orders');
    const after = await workspace.files();
    expect(after).not.toEqual(before);
    expect(await add(workspace, '--role=others')).toContain(
      'SessionModule is already configured in src/app.module.ts: no file changed.',
    );
    expect(await workspace.files()).toEqual(after);
  });

  it('rejects bad flags and changes nothing', async () => {
    const workspace = await newWorkspace();
    const before = await workspace.files();
    await eachRow(
      [
        ['--role', '--role must be text, got true'],
        ['--redis-url=localhost', '--redis-url must be a URL'],
        ['--service=Orders', '--service must consist of lower-case letters'],
        ['--project=billing', 'has no project "billing"'],
        ['--rolle=orders', /Unknown option "rolle"|additional properties\(rolle\)/],
      ] as const,
      async ([flag, message]) => {
        expect(await rejection(workspace, flag)).toMatch(message);
      },
    );
    expect(await workspace.files()).toEqual(before);
  });

  it('prints the code for an application that it cannot edit', async () => {
    const workspace = await newWorkspace();
    const main = await workspace.read('src/main.ts');
    await workspace.write('src/main.ts', main.replace('(AppModule)', '(await load(AppModule))'));
    const before = await workspace.files();
    const printed = await add(workspace, '--role=orders');
    expect(printed).toContain('src/main.ts passes await load(AppModule) to NestFactory');
    expect(printed).toContain("requiredRole: 'orders',");
    expect(await workspace.files()).toEqual(before);
  });

  it('edits the chosen application of a monorepo only', async () => {
    const workspace = await newWorkspace();
    await workspace.nest('generate', 'app', 'orders');
    const before = await workspace.files();
    await add(workspace, '--project', 'orders', '--role=orders', '--service=orders');

    const after = await workspace.files();
    const changed = Object.keys(after).filter((file) => after[file] !== before[file]);
    expect(changed.sort()).toEqual([
      '.env.example',
      'apps/orders/src/orders.module.ts',
      'apps/orders/src/session-roles.ts',
      'package.json',
    ]);
    await workspace.compile('apps/orders/tsconfig.app.json', '--noEmit');

    expect(await rejection(workspace, '--project', 'billing')).toMatch('no project "billing"');
    expect(await workspace.files()).toEqual(after);
  });
});
