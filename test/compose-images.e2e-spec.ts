import { existsSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { AuthEnvironment } from '../apps/auth/src/auth.environment';
import { OrdersEnvironment } from '../apps/orders/src/orders.environment';
import { ProductsEnvironment } from '../apps/products/src/products.environment';
import { repositoryRoot } from '../tools/repository-root';
import { ComposeProject } from './support/compose-project';
import { filledIn } from './support/compose-values';

const inRepository = (path: string) => join(repositoryRoot, path);

/** A stage of docker/Dockerfile: what it is built on, and its instructions. */
interface Stage {
  name: string;
  base: string;
  instructions: [name: string, argument: string][];
}

function stages(): Stage[] {
  const lines = readFileSync(inRepository('docker/Dockerfile'), 'utf8').split('\n');
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

const all = stages();

function stage(name: string): Stage {
  const found = all.find((it) => it.name === name);
  if (found === undefined) throw new Error(`docker/Dockerfile has no stage ${name}`);
  return found;
}

/** The arguments of an instruction, those of the stages that this one is built on among them. */
function argumentsOf(name: string, instruction: string): string[] {
  const { base, instructions } = stage(name);
  const inherited = all.some((it) => it.name === base) ? argumentsOf(base, instruction) : [];
  const own = instructions.filter(([it]) => it === instruction).map(([, argument]) => argument);
  return [...inherited, ...own];
}

/** What is copied out of the repository, and not out of another stage. */
function copiedIn({ instructions }: Stage): string[] {
  return instructions
    .filter(([name, argument]) => name === 'COPY' && !argument.startsWith('--from'))
    .flatMap(([, argument]) => argument.split(' ').slice(0, -1));
}

/** The names that .dockerignore lets through. */
function letThrough(): string[] {
  const [first, ...rules] = readFileSync(inRepository('.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  expect(first).toBe('*');
  return rules.filter((rule) => rule.startsWith('!')).map((rule) => rule.slice(1));
}

describe('docker/Dockerfile', () => {
  it('has a stage for every image that Compose builds', () => {
    const { services } = new ComposeProject('docker/single/compose.yaml', filledIn());
    const built = Object.entries(services).filter(([, { build }]) => build !== undefined);
    expect(built.map(([name]) => name)).toEqual(['auth', 'users', 'orders', 'products']);
    for (const [name, { build }] of built) expect(stage(name).name).toBe(build?.target);
  });

  it('copies what exists and what .dockerignore lets through', () => {
    const copied = all.flatMap(copiedIn);
    expect(copied).toContain('package.json');
    for (const path of copied) {
      expect(existsSync(inRepository(path))).toBe(true);
      expect(letThrough().some((it) => path === it || path.startsWith(`${it}/`))).toBe(true);
    }
  });

  it('copies from stages that come before', () => {
    for (const [position, { instructions }] of all.entries()) {
      for (const [, argument] of instructions) {
        const from = /^--from=(\S+)/.exec(argument)?.[1];
        if (from !== undefined) expect(all.slice(0, position).map((it) => it.name)).toContain(from);
      }
    }
  });

  it.each([
    ['auth', new AuthEnvironment().AUTH_PORT],
    ['orders', new OrdersEnvironment().ORDERS_PORT],
    ['products', new ProductsEnvironment().PRODUCTS_PORT],
  ])('runs what the build makes of %s, on port %d, and looks after it', (name, port) => {
    const entry = `dist/apps/${name}/main.js`;
    expect(existsSync(inRepository(entry))).toBe(true);
    expect(argumentsOf(name, 'COPY')).toContain(
      `--from=build /app/dist/apps/${name} dist/apps/${name}`,
    );
    expect(argumentsOf(name, 'CMD')).toEqual([JSON.stringify(['node', entry]).replace(',', ', ')]);
    expect(argumentsOf(name, 'EXPOSE')).toEqual([String(port)]);
    expect(argumentsOf(name, 'HEALTHCHECK').join()).toContain(
      `CMD ["node", "health-check.mjs", "${port}"]`,
    );
    expect(argumentsOf(name, 'ENV')).toEqual(['NODE_ENV=production HOST=0.0.0.0']);
    expect(argumentsOf(name, 'USER')).toEqual(['node']);
  });

  it('pins the major version of Node.js, to one that the project runs on', () => {
    const images = all
      .map(({ base }) => base)
      .filter((base) => !all.some((it) => it.name === base));
    expect(new Set(images)).toEqual(new Set(['node:24-slim']));
  });
});

describe('docker/health-check.mjs', () => {
  async function checked(status: number | null): Promise<number> {
    const asked: (string | undefined)[] = [];
    const server = createServer(({ url }, response) => {
      asked.push(url);
      response.statusCode = status ?? 200;
      response.end();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    if (status === null) await once(server.close(), 'close');
    const script = inRepository('docker/health-check.mjs');
    const child = spawn(process.execPath, [script, String(port)], { stdio: 'ignore' });
    const [code] = (await once(child, 'exit')) as [number];
    server.close();
    expect(asked).toEqual(status === null ? [] : ['/health/live']);
    return code;
  }

  it('is content with a service that serves, and with no other', async () => {
    expect(await checked(200)).toBe(0);
    expect(await checked(500)).toBe(1);
    expect(await checked(null)).toBe(1);
  });
});
