import type { INestApplication } from '@nestjs/common';
import { SessionTestingModule, signInAs } from 'nest-sessions/testing';
import { httpAdapters, listen } from '../../libs/session/test-support/http-adapters.js';
import { allowPage, AppModule } from './cors-and-spa.js';

const OWN = 'https://app.example.com';
const FOREIGN = 'https://app.example.net';

describe.each(httpAdapters)('a single-page app on another origin than %s', (_, makeAdapter) => {
  let app: INestApplication;
  let url: string;

  beforeAll(async () => {
    const imports = [AppModule, SessionTestingModule.forRoot()];
    ({ app, url } = await listen(makeAdapter, { imports }, allowPage));
  });
  afterAll(() => app.close());

  async function send(method: string, origin: string, headers = {}) {
    const response = await fetch(`${url}/notes`, { method, headers: { origin, ...headers } });
    const allow = (name: string) => response.headers.get(`access-control-allow-${name}`);
    return {
      status: response.status,
      origin: allow('origin'),
      credentials: allow('credentials'),
      methods: allow('methods'),
    };
  }

  it('reads responses with the cookie, including a denial', async () => {
    const { headers } = await signInAs(app);
    const readable = { origin: OWN, credentials: 'true' };
    expect(await send('GET', OWN, headers)).toMatchObject({ status: 200, ...readable });
    expect(await send('GET', OWN)).toMatchObject({ status: 401, ...readable });
  });

  it('changes state, after the preflight of its browser', async () => {
    const { headers } = await signInAs(app);
    const preflight = await send('OPTIONS', OWN, { 'access-control-request-method': 'DELETE' });
    expect(preflight).toMatchObject({ status: 204, origin: OWN, credentials: 'true' });
    expect(preflight.methods).toContain('DELETE');
    expect((await send('DELETE', OWN, headers)).status).toBe(204);
    const own = { ...headers, 'sec-fetch-site': 'cross-site' };
    expect((await send('DELETE', OWN, own)).status).toBe(204);
  });

  it('is the only page that reads and changes state', async () => {
    const { headers } = await signInAs(app);
    expect((await send('GET', FOREIGN, headers)).origin).toBeNull();
    expect(await send('DELETE', FOREIGN, headers)).toMatchObject({ status: 403, origin: null });
  });
});
