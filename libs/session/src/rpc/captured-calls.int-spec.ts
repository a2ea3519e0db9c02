import type { INestApplication } from '@nestjs/common';
import { encodeAccessCatalogue } from '../access/access-catalogue.js';
import { CallKeys } from '../calls/call.options.js';
import { CallTokens } from '../calls/call-tokens.js';
import { SessionManager } from '../issuer/session.manager.js';
import { MemorySessionStore } from '../testing/memory-session.store.js';
import type { IntrospectionClient } from './introspection.client.js';
import type { IntrospectionMessage } from './introspection.messages.js';
import { openIntrospectionClient } from './open-introspection-client.js';
import { CALLS, startAuth } from './test-support/rpc-apps.js';
import { transports, type Wire } from './test-support/transports.js';

const catalogue = encodeAccessCatalogue({ service: 'orders', router: 'express', routes: [] });

/** Signs as `orders` does and keeps the signature, or sends the kept signature again. */
class WireTap extends CallTokens {
  captured = '';
  isReplaying = false;

  override sign(...call: Parameters<CallTokens['sign']>): string {
    if (!this.isReplaying) this.captured = super.sign(...call);
    return this.captured;
  }
}

describe.each(transports)('a call that was captured over %s', (_, open) => {
  const tap = new WireTap('orders', new CallKeys(CALLS));
  const store = new MemorySessionStore();
  let wire: Wire;
  let auth: INestApplication;
  let client: IntrospectionClient;
  let id: string;

  beforeAll(async () => {
    wire = await open();
    auth = await startAuth(wire.server, { store });
    client = openIntrospectionClient({ client: wire.client, audience: 'auth' }, tap);
    const manager = auth.get(SessionManager, { strict: false });
    const { session } = await manager.create({
      user: { id: 'u-1', username: 'ada' },
      roles: ['orders'],
    });
    id = session.id;
  });

  beforeEach(() => {
    tap.isReplaying = false;
  });

  afterAll(async () => {
    await client.disconnect();
    await auth.close();
    await wire.broker?.stop();
  });

  async function ask(pattern: IntrospectionMessage, request: object): Promise<unknown> {
    await client.connect();
    return client.send(pattern, request, AbortSignal.timeout(5_000));
  }

  /** @returns the code of the rejection, or the answer */
  async function replay(pattern: IntrospectionMessage, request: object): Promise<unknown> {
    tap.isReplaying = true;
    try {
      return await ask(pattern, request);
    } catch (error) {
      const { code, metadata } = error as { code: unknown; metadata?: Map<string, string[]> };
      return metadata?.get('x-session-error')?.[0] ?? code;
    }
  }

  const REFUSED = 'ERR_SESSION_CALL_REFUSED';

  it('cannot be replayed as another call', async () => {
    expect(await ask('session.ping', {})).toEqual({});
    expect(await replay('session.introspect', { id, fresh: false })).toBe(REFUSED);
    expect(await replay('session.add', { id, name: 'cart', value: '1' })).toBe(REFUSED);
    expect(await replay('session.touch', { id })).toBe(REFUSED);
    expect(await replay('access.publish', { catalogue })).toBe(REFUSED);
    expect(await replay('access.keep-alive', {})).toBe(REFUSED);
  });

  it('cannot be replayed with other data', async () => {
    expect(await ask('session.add', { id, name: 'cart', value: '1' })).toMatchObject({
      outcome: 'added',
    });
    for (const changed of [{ name: 'other' }, { value: '2' }, { value: '' }]) {
      const request = { id, name: 'cart', value: '1', ...changed };
      expect(await replay('session.add', request)).toBe(REFUSED);
    }
    expect([...(await store.attributes(id, 'orders'))]).toEqual([['cart', '1']]);
  });

  it('is accepted only once', async () => {
    const request = { id, fresh: false };
    expect(await ask('session.introspect', request)).toMatchObject({
      session: expect.stringContaining('ada') as string,
    });
    expect(await replay('session.introspect', request)).toBe(REFUSED);
  });
});
