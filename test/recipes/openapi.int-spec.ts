import type { INestApplication } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import { failStore, SessionTestingModule, signInAs } from 'nest-sessions/testing';
import { httpAdapters, listen } from '../../libs/session/test-support/http-adapters.js';
import { AppModule } from './openapi/app.module.js';
import { serveOpenApi } from './openapi/serve-openapi.js';

/** Addresses that contain the description. */
const CONTENTS = ['/docs-json', '/docs-yaml', '/docs/swagger-ui-init.js'];

describe.each(httpAdapters)('a description with sessions on %s', (_, makeAdapter) => {
  let app: INestApplication;
  let url: string;

  beforeAll(async () => {
    const imports = [AppModule, SessionTestingModule.forRoot()];
    ({ app, url } = await listen(makeAdapter, { imports }, serveOpenApi));
  });
  afterAll(() => app.close());

  const get = (path: string, headers = {}) => fetch(url + path, { headers });

  it('shows the requirements of each route', async () => {
    const { headers } = await signInAs(app, { roles: ['admin'] });
    const { paths, security, components } = (await (
      await get('/docs-json', headers)
    ).json()) as OpenAPIObject;
    expect(components?.securitySchemes).toMatchObject({
      session: { type: 'apiKey', in: 'cookie', name: '__Host-sid' },
    });
    expect(security).toEqual([{ session: [] }]);

    const statusesOf = (operation: { responses?: object } = {}) =>
      Object.keys(operation.responses ?? {});
    const orders = paths['/orders'];
    expect(orders?.get?.security).toBeUndefined();
    expect(statusesOf(orders?.get)).toEqual(['200', '401', '403', '503']);
    expect(orders?.post).toMatchObject({ 'x-roles': ['orders:write', 'admin'] });
    expect(statusesOf(orders?.post)).toEqual(['201', '401', '403', '503']);
    const status = paths['/orders/status']?.get;
    expect([status?.security, statusesOf(status)]).toEqual([[], ['200']]);
    const offers = paths['/orders/offers']?.get;
    expect([offers?.security, statusesOf(offers)]).toEqual([[{}, { session: [] }], ['200']]);
  });

  it('is for administrators alone', async () => {
    const [admin, user] = [await signInAs(app, { roles: ['admin'] }), await signInAs(app)];
    for (const path of CONTENTS) {
      const allowed = await get(path, admin.headers);
      expect([path, allowed.status]).toEqual([path, 200]);
      expect(allowed.headers.get('cache-control')).toBe('no-store');
      expect(await allowed.text()).toContain('/orders/status');
      for (const [headers, status] of [
        [{}, 401],
        [user.headers, 403],
      ] as const) {
        const refused = await get(path, headers);
        expect([path, refused.status]).toEqual([path, status]);
        expect(await refused.text()).not.toContain('/orders/status');
      }
    }
    const page = await get('/docs');
    expect([page.status, (await page.text()).includes('orders')]).toEqual([200, false]);
  });

  it('is refused while sessions cannot be checked', async () => {
    const { headers } = await signInAs(app, { roles: ['admin'] });
    const restore = failStore(app);
    expect((await get('/docs-json', headers)).status).toBe(503);
    restore();
  });
});
