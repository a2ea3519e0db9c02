import { Logger } from '@nestjs/common';
import { eachRow } from '../../../../tools/testing/each-row.js';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error.js';
import { fieldsOf, sampleSession } from '../../test-support/sample-session.js';
import { type GatewayOptions, gatewayLimitsOf } from './gateway.options.js';
import { GatewaySessionSource } from './gateway-session.source.js';
import { KeyServer } from './test-support/key-server.js';
import { Signer } from './test-support/signer.js';

const keyServer = KeyServer.started();
const session = sampleSession();
let signer: Signer;

function open(options: Partial<GatewayOptions> = {}): GatewaySessionSource {
  return new GatewaySessionSource(gatewayLimitsOf({ keys: keyServer.url, ...options }, 'orders'));
}

/** Finds the session of a new identity of this signer. */
async function findIn(source: GatewaySessionSource, by = signer) {
  const identity = await by.identityOf(session, { jti: crypto.randomUUID() });
  return source.find({ headers: { 'x-session-identity': identity } });
}

beforeAll(async () => {
  signer = await Signer.make();
});

beforeEach(() => {
  jest.spyOn(Logger.prototype, 'error').mockImplementation();
  keyServer.publish([signer.published]);
});

afterEach(() => {
  jest.restoreAllMocks();
});

describe('the keys of the issuing app over HTTP', () => {
  it('are fetched once for concurrent and later identities', async () => {
    const source = open();
    const sessions = await Promise.all(Array.from({ length: 20 }, () => findIn(source)));
    expect(sessions.every((it) => it?.id === session.id)).toBe(true);
    expect(fieldsOf(await findIn(source))).toEqual(fieldsOf(session));
    expect(keyServer.asked).toBe(1);
  });

  const unusable: [what: string, answer: KeyServer['answer']][] = [
    ['an error', (_, response) => response.writeHead(503).end('{"keys":[]}')],
    ['a redirection', (_, response) => response.writeHead(302, { location: '/' }).end()],
    ['no JSON', (_, response) => response.end('<html>')],
    ['no set', (_, response) => response.end('{"keys":{}}')],
    ['nothing', () => undefined],
    ['half an answer', (_, response) => response.write('{"keys":[')],
    ['a cut connection', (request) => request.socket.destroy()],
    ['too much', (_, response) => response.end(`{"keys":[${'{},'.repeat(100_000)}{}]}`)],
  ];

  it('cause SessionStoreUnavailableError when they cannot be fetched', () =>
    eachRow(
      unusable,
      async ([, answer]) => {
        const source = open({ fetchTimeout: 200 });
        keyServer.asked = 0;
        keyServer.answer = answer;
        await expect(findIn(source)).rejects.toThrow(SessionStoreUnavailableError);
        await expect(source.ping()).rejects.toThrow(SessionStoreUnavailableError);
        // Once more after a moment: the instance that was asked may have been stopping.
        expect(keyServer.asked).toBe(2);
      },
      ([what]) => what,
    ));

  it('are fetched again after the pause, even if its timer fires early', async () => {
    const now = performance.now.bind(performance);
    let early = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => now() - early);
    keyServer.asked = 0;
    keyServer.answer = (_, response) => {
      response.writeHead(503).end();
      setTimeout(() => (early = 5), 100);
    };
    await expect(findIn(open())).rejects.toThrow(SessionStoreUnavailableError);
    expect(keyServer.asked).toBe(2);
  });

  it('are fetched again after a connection was cut, so that no request fails in a deploy', async () => {
    const source = open();
    const restarted = await Signer.make();
    expect(await findIn(source)).not.toBeNull();
    keyServer.answer = (request) => {
      request.socket.destroy();
      keyServer.publish([signer.published, restarted.published]);
    };
    const sessions = await Promise.all(Array.from({ length: 5 }, () => findIn(source, restarted)));
    expect(sessions.every((it) => it?.id === session.id)).toBe(true);
    expect(keyServer.asked).toBe(3);
  });

  it('are fetched again when a key was published after a fetch began', async () => {
    const source = open();
    const [first, second] = [await Signer.make(), await Signer.make()];
    expect(await findIn(source)).not.toBeNull();
    let later: Promise<unknown> | undefined;
    keyServer.answer = (_request, response) => {
      later = findIn(source, second);
      keyServer.publish([signer.published, first.published, second.published]);
      setImmediate(() => response.end(JSON.stringify({ keys: [first.published] })));
    };
    expect(await findIn(source, first)).not.toBeNull();
    expect(await later).not.toBeNull();
    expect(keyServer.asked).toBe(3);
  });

  it('are not fetched through a redirect', async () => {
    let followed = false;
    keyServer.answer = (request, response) => {
      followed = request.url === '/else';
      if (followed) response.end(JSON.stringify({ keys: [signer.published] }));
      else response.writeHead(307, { location: '/else' }).end();
    };
    await expect(findIn(open())).rejects.toThrow();
    expect(followed).toBe(false);
  });

  it('keep working while the issuing app is down, and new keys are fetched once it is back', async () => {
    const source = open({ cacheFor: 1, fetchInterval: 1, fetchTimeout: '10s' });
    const next = await Signer.make();
    expect(await findIn(source)).not.toBeNull();
    await keyServer.stop();
    for (let i = 0; i < 5; i += 1) expect(await findIn(source)).not.toBeNull();
    await expect(findIn(source, next)).rejects.toThrow(SessionStoreUnavailableError);
    keyServer.publish([signer.published, next.published]);
    await keyServer.start();
    expect(await findIn(source, next)).not.toBeNull();
  });
});
