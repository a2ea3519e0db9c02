import { moduleLoader } from '../test-support/loaded-modules.js';
import { startedRedis } from '../test-support/started-redis.js';
import type { ModuleFormat } from '../test-support/transpiled-library.js';
import { createSessionManager } from './issuer/create-session-manager.js';

/** Files that the core loads, by folder. Every application pays for each of them at start. */
const CORE: Readonly<Record<string, string>> = {
  '.': 'index session.module session.module-definition',
  attributes: 'sessions',
  audit: 'denial-audit nest-security.log route-of security-event.feed security.log',
  common:
    'attribute-rules bounded-map describe-error duration redirect-target refuse-other-options service-name throttled-logger',
  errors:
    'ambiguous-token.error denial-for invalid-session.error reauthentication-required session-data-exists.error session-data-full.error session-error session-exception session-options.error session-store-unavailable.error unsafe-redis.error',
  guard:
    'call-verifier current-caller.decorator current-session.decorator current-user.decorator denials incoming-calls is-cross-origin message-error session-checks session-exception.filter session-guard.token session-transports session.guard',
  instruments: 'session-instruments',
  options: 'csrf.options session-options.token session.options',
  roles:
    'accepts-changed-client.decorator access-rules allow-services.decorator optional-session.decorator public.decorator recent-sign-in require-recent-sign-in.decorator roles.decorator services-only.decorator session-authorizer skip-cache.decorator',
  session: 'json-form session session-record session-types',
  source:
    'envelope feature-source.token graphql-field request-session session.source stored-session.source',
  store:
    'describe-missing-store feature-store.token idle-clocks no-session.store or-unavailable ping-redis redis-check redis-check.finding redis-client redis-connection redis-info-check redis-openness-check redis-reply redis-session.keys redis-session.store redis-url renewal-interval required-database safe-sentinel.connector server-name session-changes session-counters session.store store-choice store-override.token tls.connector write-batch',
  token: 'session-token token-extractor token-headers',
};

/** Nest application with a Redis client, on Express, without the library. */
const BARE_APP = `
import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Redis } from 'ioredis';

@Controller()
class OrdersController {
  @Get() list() { return []; }
}
@Module({ controllers: [OrdersController] })
class AppModule {}

async function main() {
  await new Redis(process.env.REDIS_URL).ping();
  const app = await NestFactory.create(AppModule, { logger: false });
  await app.listen(0, '127.0.0.1');
  const { status } = await fetch(await app.getUrl());
  if (status !== 200) throw new Error('The application answered ' + status);
  process.exit();
}
void main();
`;

/** Nest application that refuses a stranger and authorizes a user. */
const guardedApp = (options = '') => `
import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CurrentUser, Roles, SessionModule } from './index.js';

@Controller()
class OrdersController {
  @Get() @Roles('orders') list(@CurrentUser() user: object) { return user; }
}
@Module({
  imports: [SessionModule.forRoot({ redis: process.env.REDIS_URL ${options} })],
  controllers: [OrdersController],
})
class AppModule {}

async function main() {
  const app = await NestFactory.create(AppModule, { logger: false });
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  const headers = { Authorization: 'Bearer ' + process.env.TOKEN };
  const statuses = [(await fetch(url)).status, (await fetch(url, { headers })).status];
  if (statuses.join() !== '401,200') throw new Error('The application answered ' + statuses);
  process.exit();
}
void main();
`;

describe.each<ModuleFormat>(['esm', 'cjs'])(
  'an application that imports the core in %s',
  (format) => {
    const redis = startedRedis();
    const loader = moduleLoader(format, BARE_APP, async () => {
      const { token } = await createSessionManager(redis.client).create({
        user: { id: 'u-1', username: 'ada' },
        roles: ['orders'],
      });
      return { REDIS_URL: redis.url, TOKEN: token };
    });

    it('loads the core, no feature, and no package of its own', async () => {
      const { files, packages } = await loader.load('guarded-app', guardedApp());

      expect(byFolder(files)).toEqual(CORE);
      expect(packages).toEqual([]);
    });

    it('loads the near-cache when an option asks for it', async () => {
      const { files, packages } = await loader.load(
        'near-cached-app',
        guardedApp(', nearCache: true'),
      );

      expect(Object.keys(byFolder(files)).sort()).toEqual(
        [...Object.keys(CORE), 'near-cache'].sort(),
      );
      expect(packages).toEqual([]);
    });
  },
);

/** Returns the names of files by their folder, each folder's names in one line. */
function byFolder(files: readonly string[]): Record<string, string> {
  const folders: Record<string, string> = {};
  for (const file of files) {
    const [name = '', folder = '.'] = file.split('/').reverse();
    folders[folder] = folder in folders ? `${folders[folder] ?? ''} ${name}` : name;
  }
  return folders;
}
