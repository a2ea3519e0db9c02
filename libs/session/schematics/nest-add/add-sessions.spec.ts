import { eachRow } from '../../../../tools/testing/each-row';
import { MemoryWorkspace } from '../test-support/memory-workspace';
import { addSessions } from './add-sessions';
import { checkedOptions, type NestAddFlags } from './nest-add.options';

const PROJECT = {
  'package.json': '{\n  "dependencies": {\n    "nest-sessions": "^1.0.0"\n  }\n}\n',
  'src/main.ts':
    "import { NestFactory } from '@nestjs/core';\nimport { AppModule } from './app.module';\nvoid NestFactory.create(AppModule);\n",
  'src/app.module.ts':
    "import { Module } from '@nestjs/common';\n\n@Module({\n  imports: [],\n})\nexport class AppModule {}\n",
};

/** Runs the schematic's rule and returns the files, the printed lines and the tasks. */
function run(given: Record<string, string>, flags: NestAddFlags = {}) {
  const workspace = new MemoryWorkspace(given);
  const printed: string[] = [];
  const tasks: object[] = [];
  const print = (message: string) => printed.push(message);
  const context = {
    logger: { info: print, warn: print },
    addTask: (task: { toConfiguration(): object }) => tasks.push(task.toConfiguration()),
  };
  addSessions(workspace, context, checkedOptions(flags), '^6.0.0');
  return { files: workspace.files, printed: printed.join('\n'), tasks };
}

describe('addSessions', () => {
  it('writes the module, the role, the variable and the dependency', () => {
    const { files, printed, tasks } = run(PROJECT, { role: 'orders' });
    expect(Object.keys(files).sort()).toEqual([
      '.env.example',
      'package.json',
      'src/app.module.ts',
      'src/main.ts',
      'src/session-roles.ts',
    ]);
    expect(files['.env.example']).toBe('REDIS_URL=redis://127.0.0.1:6379\n');
    expect(files['package.json']).toContain('"ioredis": "^6.0.0"');
    expect(files['src/app.module.ts']).toContain("requiredRole: 'orders'");
    expect(files['src/session-roles.ts']).toContain('    orders: true;\n');
    expect(files['src/main.ts']).toBe(PROJECT['src/main.ts']);
    expect(printed).toContain('SessionModule is in src/app.module.ts');
    expect(tasks).toMatchObject([{ name: 'node-package', options: { command: 'install' } }]);
  });

  it('prints a test that imports the root module as the project does', () => {
    const asModule = PROJECT['package.json'].replace('{', '{\n  "type": "module",');
    expect(run(PROJECT).printed).toContain("import { AppModule } from './app.module';");
    expect(run({ ...PROJECT, 'package.json': asModule }).printed).toContain(
      "import { AppModule } from './app.module.js';",
    );
  });

  it('declares no role where the service requires none', () => {
    const { files } = run(PROJECT);
    expect(files).not.toHaveProperty(['src/session-roles.ts']);
    expect(files['src/app.module.ts']).not.toContain('requiredRole');
  });

  it('changes nothing in a second run', () => {
    const first = run(PROJECT, { role: 'orders' });
    const second = run(first.files, { role: 'other', redisUrl: 'redis://elsewhere' });
    expect(second.files).toEqual(first.files);
    expect(second.printed).toBe(
      'SessionModule is already configured in src/app.module.ts: no file changed.',
    );
    expect(second.tasks).toEqual([]);
  });

  it('changes nothing and prints the code where the root module is dynamic', () => {
    const given = {
      ...PROJECT,
      'src/main.ts': PROJECT['src/main.ts'].replace('(AppModule)', '(AppModule.register())'),
    };
    const { files, printed, tasks } = run(given, { role: 'orders:write', service: 'orders' });
    expect(files).toEqual(given);
    expect(tasks).toEqual([]);
    for (const code of [
      'src/main.ts passes AppModule.register() to NestFactory',
      "import { SessionModule } from 'nest-sessions';",
      "requiredRole: 'orders:write',",
      "service: 'orders',",
      'REDIS_URL=redis://127.0.0.1:6379',
      "'orders:write': true;",
      '"ioredis": "^6.0.0"',
    ]) {
      expect(printed).toContain(code);
    }
  });

  it('changes nothing where the metadata is a variable', () => {
    const given = {
      ...PROJECT,
      'src/app.module.ts':
        "import { Module } from '@nestjs/common';\n@Module(metadata)\nexport class AppModule {}\n",
    };
    const { files, printed } = run(given, { role: 'orders' });
    expect(files).toEqual(given);
    expect(printed).toContain('without an object literal');
  });

  it('keeps a declaration of roles that exists, and prints the new one', () => {
    const roles = 'export {};\n';
    const { files, printed } = run(
      { ...PROJECT, 'src/session-roles.ts': roles },
      { role: 'orders' },
    );
    expect(files['src/session-roles.ts']).toBe(roles);
    expect(printed).toContain('src/session-roles.ts exists and was not changed');
    expect(printed).toContain('orders: true;');
  });

  it('installs with Bun where Bun wrote the lock file', () => {
    expect(run({ ...PROJECT, 'bun.lock': '{}' }).tasks).toMatchObject([
      { options: { packageManager: 'bun' } },
    ]);
  });

  it('installs nothing where that is not wanted, not needed or would remove the library', () =>
    eachRow(
      [
        [PROJECT, { skipInstall: true }],
        [
          {
            ...PROJECT,
            'package.json': '{ "dependencies": { "nest-sessions": "1", "ioredis": "6" } }',
          },
          {},
        ],
        [{ ...PROJECT, 'package.json': '{}' }, {}],
      ] as const,
      ([files, flags]) => {
        expect(run(files, flags).tasks).toEqual([]);
      },
    ));

  it('fails without a package.json', () => {
    const { 'src/main.ts': main, 'src/app.module.ts': module } = PROJECT;
    expect(() => run({ 'src/main.ts': main, 'src/app.module.ts': module })).toThrow(
      'Run `nest add` in the root folder of the project.',
    );
  });
});
