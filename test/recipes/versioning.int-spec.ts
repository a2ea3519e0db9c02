import type { INestApplication } from '@nestjs/common';
import { AccessCatalogueReader, AccessMatcher } from 'nest-sessions/access';
import { SessionTestingModule, signInAs } from 'nest-sessions/testing';
import { httpAdapters, listen } from '../../libs/session/test-support/http-adapters.js';
import { AppModule, versionByHeader, versionByMediaType, versionByPath } from './versioning.js';

interface Target {
  readonly path: string;
  readonly headers?: Record<string, string>;
}

/** Kinds of versioning, each with the request for a version of `/orders`; `undefined` for no version. */
const KINDS: [
  name: string,
  enable: (app: INestApplication) => void,
  target: (resource: string, version?: string) => Target,
][] = [
  [
    'the path, under a global prefix',
    versionByPath,
    (resource, version) => ({
      path: version === undefined ? `/api/${resource}` : `/api/v${version}/${resource}`,
    }),
  ],
  [
    'a header',
    versionByHeader,
    (resource, version) => ({
      path: `/${resource}`,
      headers: version === undefined ? {} : { 'x-api-version': version },
    }),
  ],
  [
    'the media type',
    versionByMediaType,
    (resource, version) => ({
      path: `/${resource}`,
      headers: version === undefined ? {} : { accept: `application/json;v=${version}` },
    }),
  ],
];

const cases = httpAdapters.flatMap(([adapter, makeAdapter]) =>
  KINDS.map(([kind, enable, target]) => ({ adapter, makeAdapter, kind, enable, target })),
);

describe.each(cases)('versions by $kind, on $adapter', ({ makeAdapter, enable, target }) => {
  const isInPath = enable === versionByPath;
  let app: INestApplication;
  let url: string;

  beforeAll(async () => {
    const imports = [AppModule, SessionTestingModule.forRoot()];
    ({ app, url } = await listen(makeAdapter, { imports }, enable));
  });
  afterAll(() => app.close());

  async function statusesOf(resource: string, headers = {}): Promise<number[]> {
    const statuses: number[] = [];
    for (const version of ['1', '2', '3', undefined]) {
      const { path, headers: own } = target(resource, version);
      statuses.push((await fetch(url + path, { headers: { ...own, ...headers } })).status);
    }
    return statuses;
  }

  it('have requirements of their own', async () => {
    const user = await signInAs(app);
    const clerk = await signInAs(app, { roles: ['orders'] });
    expect(await statusesOf('orders')).toEqual([401, 401, 404, 404]);
    expect(await statusesOf('orders', user.headers)).toEqual([200, 403, 404, 404]);
    expect(await statusesOf('orders', clerk.headers)).toEqual([200, 200, 404, 404]);
  });

  it('share a neutral route', async () => {
    const statuses = await statusesOf('status');
    expect(statuses).toEqual(isInPath ? [404, 404, 404, 200] : [200, 200, 200, 200]);
  });

  it('need all roles of a path behind a gateway, which sees the path only', async () => {
    const catalogue = await app.get(AccessCatalogueReader).read();
    if (catalogue === null) throw new Error('The service has no routes.');
    const matcher = new AccessMatcher(catalogue);
    const rolesOf = (resource: string, version?: string) => {
      const match = matcher.find('GET', target(resource, version).path);
      if (match === null || match === 'unclear') return match;
      return match.isPublic ? 'public' : match.routes.flatMap(({ anyOf }) => anyOf);
    };
    expect(rolesOf('orders', '1')).toEqual(isInPath ? [] : ['orders']);
    expect(rolesOf('orders', '2')).toEqual(['orders']);
    expect(rolesOf('status')).toBe('public');
  });
});
