import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { temporaryFolder } from '../testing/temporary-folder';
import { routeOptionalPeers } from './optional-peer-imports';
import type { ModuleFormat } from './package-manifest';

const PEERS = ['@nestjs/terminus', 'nats'];

describe('routeOptionalPeers', () => {
  const folder = temporaryFolder();

  /** Writes compiled files, routes their imports, and returns the text of all files. */
  async function routed(
    format: ModuleFormat,
    files: Readonly<Record<string, string>>,
  ): Promise<Record<string, string>> {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder(), name)), { recursive: true });
      await writeFile(join(folder(), name), text);
    }
    await routeOptionalPeers(folder(), format, PEERS);
    const names = await readdir(folder(), { recursive: true });
    const texts = names
      .filter((name) => name.endsWith('.js'))
      .map(async (name) => [name, await readFile(join(folder(), name), 'utf8')] as const);
    return Object.fromEntries(await Promise.all(texts));
  }

  it('imports a peer through a file whose path is its installation', async () => {
    const code = [
      "import { Redis } from 'ioredis';",
      "import { TerminusModule } from '@nestjs/terminus';",
      "/** import 'nats' in a comment */",
      "const client = await import('nats');",
      "const name = '@nestjs/terminus';",
    ];
    const files = await routed('esm', { 'health/index.js': code.join('\n') });
    expect(files['health/index.js']?.split('\n')).toEqual([
      code[0],
      "import { TerminusModule } from './run-npm-install/@nestjs/terminus.js';",
      code[2],
      "const client = await import('./run-npm-install/nats.js');",
      code[4],
    ]);
    expect(files).toHaveProperty(
      ['health/run-npm-install/@nestjs/terminus.js'],
      "export * from '@nestjs/terminus';\n",
    );
  });

  it('requires a peer in CommonJS, from any depth of the feature', async () => {
    const files = await routed('cjs', {
      'health/checks/redis.js': 'const terminus_1 = require("@nestjs/terminus");',
      'issuer/index.js': 'const ms_1 = require("ms");',
    });
    expect(files).toEqual({
      'health/checks/redis.js':
        'const terminus_1 = require("../run-npm-install/@nestjs/terminus.js");',
      'health/run-npm-install/@nestjs/terminus.js':
        "'use strict';\nmodule.exports = require('@nestjs/terminus');\n",
      'issuer/index.js': 'const ms_1 = require("ms");',
    });
  });
});
