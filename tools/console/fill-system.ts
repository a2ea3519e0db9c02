import {
  deviceAt,
  SAMPLE_ADMIN,
  SAMPLE_COLLEAGUES,
  SAMPLE_PEOPLE,
  type SampleDevice,
  samplePerson,
  type SamplePerson,
} from './sample-people';

/** Session that a person has begun. */
interface BegunSession {
  readonly id: string;
  readonly token: string;
}

/**
 * Signs many people in from many devices, and lets some of them fail, sign out, be disabled and get other roles.
 *
 * @param url Address of the auth app, which trusts the addresses of `X-Forwarded-For`.
 * @returns ids of all begun sessions, ended sessions included
 * @throws Error with the answer that no call of this day should get
 */
export async function fillSystem(url: string): Promise<readonly string[]> {
  const admin = await signIn(url, SAMPLE_ADMIN, deviceAt(2));
  const asAdmin = (method: string, path: string, body?: object) =>
    send(url + path, { method, body, token: admin.token });
  const idOf = new Map<string, string>();
  for (const person of SAMPLE_COLLEAGUES) {
    const { id } = (await asAdmin('POST', '/admin/users', person)) as { id: string };
    idOf.set(person.username, id);
  }
  const sessions: BegunSession[] = [admin];
  for (const [index, person] of SAMPLE_PEOPLE.entries()) {
    for (let count = 0; count <= index % 3; count += 1) {
      sessions.push(await signIn(url, person, deviceAt(index + count * 2)));
    }
  }
  for (const name of ['dave', 'heidi', 'mallory', 'nobody-here']) await failToSignIn(url, name);

  const carol = await signIn(url, samplePerson('carol'), deviceAt(1));
  await send(`${url}/auth/logout`, { method: 'POST', token: carol.token });
  const frank = await signIn(url, samplePerson('frank'), deviceAt(4));
  await asAdmin('DELETE', `/admin/sessions/${frank.id}`);
  await asAdmin('PUT', `/admin/users/${idOf.get('mallory')}/disabled`, { disabled: true });
  await asAdmin('PUT', `/admin/users/${idOf.get('grace')}/roles`, { roles: ['orders'] });
  await asAdmin('DELETE', `/admin/users/${idOf.get('ivan')}/sessions`);
  return [...sessions, carol, frank].map(({ id }) => id);
}

async function signIn(
  url: string,
  { username, password }: SamplePerson,
  device: SampleDevice,
): Promise<BegunSession> {
  const body = { username, password, transport: 'bearer' };
  const answer = await send(`${url}/auth/login`, { method: 'POST', body, device });
  const { session, token } = answer as { session: { id: string }; token: string };
  return { id: session.id, token };
}

async function failToSignIn(url: string, username: string): Promise<void> {
  const body = { username, password: 'not the password of this user' };
  await send(`${url}/auth/login`, { method: 'POST', body, device: deviceAt(6), status: 401 });
}

interface Call {
  readonly method: string;
  readonly body?: object;
  readonly token?: string;
  readonly device?: SampleDevice;
  /** Expected status. @default any success */
  readonly status?: number;
}

async function send(address: string, call: Call): Promise<unknown> {
  const { method, body, token, device, status } = call;
  const response = await fetch(address, {
    method,
    headers: {
      ...(body && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(device && { 'user-agent': device.userAgent, 'x-forwarded-for': device.ip }),
    },
    body: body && JSON.stringify(body),
  });
  const text = await response.text();
  if (status === undefined ? !response.ok : response.status !== status) {
    throw new Error(`${method} ${address} was answered ${response.status}: ${text}`);
  }
  return text === '' ? null : JSON.parse(text);
}
