import { ApiClient, type ApiClientHooks } from './api-client';
import { ProblemError } from './problem.error';

interface Sent {
  readonly url: string;
  readonly init: RequestInit;
}

/** A client whose requests receive the given responses in turn. An `Error` stands for no response. */
function clientWith(answers: (Response | Error)[]) {
  const sent: Sent[] = [];
  const waits: number[] = [];
  const failures: unknown[] = [];
  const send = (url: string, init: RequestInit) => {
    sent.push({ url, init });
    const answer = answers.shift() ?? new Error('no more answers');
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  const wait = (ms: number) => {
    waits.push(ms);
    failures.push(client.connection.failure);
    return Promise.resolve();
  };
  const client = new ApiClient(send as typeof fetch, wait, () => 1);
  return { client, sent, waits, failures };
}

const problem = (status: number, code: string, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify({ status, code, detail: `Detail of ${code}.` }), { status, headers });
const json = (body: unknown) => new Response(JSON.stringify(body));

function hooksOf(isConfirmed: boolean) {
  const calls: string[] = [];
  const hooks: ApiClientHooks = {
    onSignedOut: () => calls.push('signed-out'),
    onReauthenticate: () => {
      calls.push('reauthenticate');
      return Promise.resolve(isConfirmed);
    },
  };
  return { calls, hooks };
}

describe('the API client', () => {
  it('sends the cookie, the query without empty values, and a JSON body', async () => {
    const { client, sent } = clientWith([json({ ok: true }), new Response(null, { status: 204 })]);

    expect(await client.call('/a', { query: { user: 'u 1', role: '', after: undefined } })).toEqual(
      {
        ok: true,
      },
    );
    expect(await client.call('/b', { method: 'PUT', body: { roles: [] } })).toBeNull();

    expect(sent.map(({ url }) => url)).toEqual(['/a?user=u+1', '/b']);
    expect(sent[0]?.init).toMatchObject({ method: 'GET', credentials: 'same-origin' });
    expect(sent[1]?.init).toMatchObject({
      method: 'PUT',
      body: '{"roles":[]}',
      headers: { 'content-type': 'application/json' },
    });
  });

  it('repeats a query parameter for each value', async () => {
    const { client, sent } = clientWith([json([])]);
    await client.call('/access', { repeatedQuery: { role: ['a', 'b'] } });
    expect(sent[0]?.url).toBe('/access?role=a&role=b');
  });

  it('throws the problem of an error response with its code, detail and Retry-After', async () => {
    const { client } = clientWith([problem(429, 'ERR_TOO_MANY', { 'retry-after': '30' })]);
    const error = await client.call('/a').catch((it: unknown) => it);
    expect(error).toBeInstanceOf(ProblemError);
    expect(error).toMatchObject({
      status: 429,
      code: 'ERR_TOO_MANY',
      message: 'Detail of ERR_TOO_MANY.',
      retryAfter: 30,
    });
  });

  it('repeats a read until the store answers, no sooner than Retry-After, and reports the wait', async () => {
    const { client, waits, failures } = clientWith([
      problem(503, 'ERR_STORE', { 'retry-after': '7' }),
      new TypeError('fetch failed'),
      json({ ok: true }),
    ]);

    expect(await client.call('/a')).toEqual({ ok: true });

    expect(waits).toEqual([7000, 2000]);
    expect(failures).toEqual(['store', 'offline']);
    expect(client.connection.failure).toBeNull();
  });

  it('does not repeat a change when the server does not answer', async () => {
    const { client, sent } = clientWith([new TypeError('fetch failed'), json({})]);
    await expect(client.call('/a', { method: 'DELETE' })).rejects.toMatchObject({ status: 0 });
    expect(sent).toHaveLength(1);
  });

  it('ends the wait when the caller aborts, without an error of the connection', async () => {
    const abort = new AbortController();
    const client = new ApiClient(() => Promise.reject(new TypeError('fetch failed')));
    const call = client.call('/a', { signal: abort.signal });
    abort.abort(new Error('left'));
    await expect(call).rejects.toThrow('left');
    expect(client.connection.failure).toBeNull();
  });

  it('reports a 401 as the end of the session, except for a sign-in', async () => {
    const { client } = clientWith([problem(401, 'ERR_SESSION_REQUIRED'), problem(401, 'ERR_X')]);
    const { calls, hooks } = hooksOf(true);
    client.hooks = hooks;

    await expect(client.call('/a')).rejects.toMatchObject({ status: 401 });
    expect(calls).toEqual(['signed-out']);
    const signIn = client.call('/login', { method: 'POST', needsSession: false });
    await expect(signIn).rejects.toMatchObject({ status: 401 });
    expect(calls).toEqual(['signed-out']);
  });

  it('repeats a call after a confirmed password', async () => {
    const required = problem(403, 'ERR_SESSION_REAUTHENTICATION_REQUIRED');
    const { client, sent } = clientWith([required, new Response(null, { status: 204 })]);
    const { calls, hooks } = hooksOf(true);
    client.hooks = hooks;

    expect(await client.call('/a', { method: 'DELETE' })).toBeNull();
    expect(calls).toEqual(['reauthenticate']);
    expect(sent.map(({ init }) => init.method)).toEqual(['DELETE', 'DELETE']);
  });

  it('fails a call when the password is not given, and does not repeat it', async () => {
    const { client, sent } = clientWith([problem(403, 'ERR_SESSION_REAUTHENTICATION_REQUIRED')]);
    client.hooks = hooksOf(false).hooks;
    await expect(client.call('/a', { method: 'DELETE' })).rejects.toMatchObject({ status: 403 });
    expect(sent).toHaveLength(1);
  });

  it('reports an answer that is not JSON as a failure of the server', async () => {
    const { client } = clientWith([new Response('<html>')]);
    const call = client.call('/a', { method: 'POST' });
    await expect(call).rejects.toMatchObject({ status: 502 });
  });
});
