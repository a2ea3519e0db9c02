import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error.js';
import { IntrospectionCalls } from './introspection-calls.js';
import { ConnectionLostError, IntrospectionClient } from './introspection.client.js';
import { RpcCounters } from './rpc.counters.js';

/** Fails the given number of first attempts: on a real network, the failing attempt cannot be chosen. */
class FailingClient extends IntrospectionClient {
  connects = 0;
  sends = 0;

  constructor(
    private readonly failingConnects: number,
    private readonly failingSends = 0,
    private readonly failure: Error = new Error('refused'),
  ) {
    super();
  }

  connect(): Promise<void> {
    this.connects += 1;
    return this.connects <= this.failingConnects
      ? Promise.reject(new Error('refused'))
      : Promise.resolve();
  }

  send(): Promise<unknown> {
    this.sends += 1;
    return this.sends <= this.failingSends
      ? Promise.reject(this.failure)
      : Promise.resolve('answer');
  }

  disconnect(): Promise<void> {
    return Promise.resolve();
  }
}

describe('a call to the service that keeps the sessions', () => {
  let counters: RpcCounters;

  function callsOver(client: IntrospectionClient): IntrospectionCalls {
    counters = new RpcCounters();
    const limits = { timeout: 1_000, breaker: { failures: 5, pause: 1_000 } };
    return new IntrospectionCalls(client, limits, counters);
  }

  const callOver = (client: IntrospectionClient) => callsOver(client).send('session.ping', {});

  it('connects a second time when the first attempt fails', async () => {
    const client = new FailingClient(1);

    expect(await callOver(client)).toBe('answer');

    expect(client).toMatchObject({ connects: 2, sends: 1 });
    expect(counters).toMatchObject({ calls: 1, retries: 1, failures: 0 });
  });

  it('does not connect a third time', async () => {
    const client = new FailingClient(2);

    await expect(callOver(client)).rejects.toBeInstanceOf(SessionStoreUnavailableError);

    expect(client).toMatchObject({ connects: 2, sends: 0 });
  });

  it('is repeated once over a new connection when its connection is lost', async () => {
    const client = new FailingClient(0, 1, new ConnectionLostError());

    expect(await callOver(client)).toBe('answer');

    expect(client).toMatchObject({ connects: 2, sends: 2 });
    expect(counters).toMatchObject({ calls: 1, retries: 1, failures: 0 });
  });

  it('is not repeated twice', async () => {
    const client = new FailingClient(0, 2, new ConnectionLostError());

    await expect(callOver(client)).rejects.toBeInstanceOf(SessionStoreUnavailableError);

    expect(client).toMatchObject({ connects: 2, sends: 2 });
  });

  it('is not repeated when it adds an attribute', async () => {
    const client = new FailingClient(0, 1, new ConnectionLostError());
    const request = { id: 'x', name: 'locale', value: '"de"' };

    await expect(callsOver(client).send('session.add', request)).rejects.toBeInstanceOf(
      SessionStoreUnavailableError,
    );

    expect(client).toMatchObject({ connects: 1, sends: 1 });
  });

  it('is not repeated after a refusal', async () => {
    const client = new FailingClient(0, 1);

    await expect(callOver(client)).rejects.toBeInstanceOf(SessionStoreUnavailableError);

    expect(client).toMatchObject({ connects: 1, sends: 1 });
    expect(counters).toMatchObject({ retries: 0, failures: 1 });
  });

  it('is not sent when connecting took too long', async () => {
    const client = new FailingClient(0);
    let connected: () => void = () => undefined;
    jest.spyOn(client, 'connect').mockReturnValue(
      new Promise((resolve) => {
        connected = resolve;
      }),
    );
    const calls = new IntrospectionCalls(
      client,
      { timeout: 20, breaker: { failures: 5, pause: 1_000 } },
      new RpcCounters(),
    );

    await expect(calls.send('session.ping', {})).rejects.toBeInstanceOf(
      SessionStoreUnavailableError,
    );
    connected();
    await new Promise((resolve) => setImmediate(resolve));

    expect(client.sends).toBe(0);
  });
});
