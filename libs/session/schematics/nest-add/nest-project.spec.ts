import { MemoryWorkspace } from '../test-support/memory-workspace';
import { nestProjectOf } from './nest-project';

const MONOREPO = {
  sourceRoot: 'apps/shop/src',
  monorepo: true,
  compilerOptions: { tsConfigPath: 'apps/shop/tsconfig.app.json' },
  projects: {
    shop: {
      type: 'application',
      sourceRoot: 'apps/shop/src',
      compilerOptions: { tsConfigPath: 'apps/shop/tsconfig.app.json' },
    },
    orders: {
      type: 'application',
      sourceRoot: './apps/orders/src/',
      entryFile: 'start.ts',
      compilerOptions: { tsConfigPath: 'apps/orders/tsconfig.app.json' },
    },
    common: { type: 'library', sourceRoot: 'libs/common/src', entryFile: 'index' },
  },
};

const monorepo = () => new MemoryWorkspace({ 'nest-cli.json': JSON.stringify(MONOREPO) });
const orders = {
  sourceRoot: 'apps/orders/src',
  mainFile: 'apps/orders/src/start.ts',
  tsConfigFile: 'apps/orders/tsconfig.app.json',
};
const find = (
  workspace: MemoryWorkspace,
  options: { project?: string; sourceRoot?: string } = {},
) => nestProjectOf(workspace, { project: undefined, sourceRoot: undefined, ...options });

describe('nestProjectOf', () => {
  it("uses the Nest CLI's defaults without a configuration", () => {
    expect(find(new MemoryWorkspace({}))).toEqual({
      sourceRoot: 'src',
      mainFile: 'src/main.ts',
      tsConfigFile: 'tsconfig.json',
    });
  });

  it('reads the source folder and the main file of a plain project', () => {
    const configuration = { sourceRoot: 'source', entryFile: 'server' };
    const workspace = new MemoryWorkspace({ '.nest-cli.json': JSON.stringify(configuration) });
    expect(find(workspace)).toMatchObject({ mainFile: 'source/server.ts' });
  });

  it('finds a project of a monorepo by its name', () => {
    const options = { project: 'orders', sourceRoot: 'apps/shop/src' };
    expect(find(monorepo(), options)).toEqual(orders);
  });

  it('finds a project of a monorepo by the source folder that the Nest CLI passes', () => {
    expect(find(monorepo(), { sourceRoot: 'apps/orders/src' })).toEqual(orders);
  });

  it('takes the default application of a monorepo without a choice', () => {
    expect(find(monorepo())).toMatchObject({ mainFile: 'apps/shop/src/main.ts' });
  });

  it('rejects an unknown project and lists the applications', () => {
    expect(() => find(monorepo(), { project: 'billing', sourceRoot: 'apps/shop/src' })).toThrow(
      '--project: nest-cli.json has no project "billing". Choose one of: shop, orders.',
    );
  });

  it('rejects a project name where there are no projects', () => {
    expect(() => find(new MemoryWorkspace({}), { project: 'orders' })).toThrow(
      'Leave the flag out.',
    );
  });

  it('rejects a library, by its name or its source folder', () => {
    for (const options of [{ project: 'common' }, { sourceRoot: 'libs/common/src' }]) {
      expect(() => find(monorepo(), options)).toThrow('"common" is a library');
    }
  });

  it('rejects a configuration that is not JSON', () => {
    expect(() => find(new MemoryWorkspace({ 'nest-cli.json': '{' }))).toThrow(
      'nest-cli.json is not valid JSON',
    );
  });
});
