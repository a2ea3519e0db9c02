import { DEMO_USERS } from '../../apps/auth/src/users/demo-users';

/** User of the pictures. */
export interface SamplePerson {
  readonly username: string;
  readonly password: string;
  readonly roles: readonly string[];
}

/** Browser or program from which a person signs in. */
export interface SampleDevice {
  readonly userAgent: string;
  readonly ip: string;
}

const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0';
const SAFARI =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15';
const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1';
const ANDROID =
  'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36';
const CHROME =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
const EDGE =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0';

/** Devices with addresses of documentation (RFC 5737, RFC 3849) and of local networks. */
const DEVICES: readonly SampleDevice[] = [
  { userAgent: FIREFOX, ip: '203.0.113.7' },
  { userAgent: IPHONE, ip: '198.51.100.23' },
  { userAgent: CHROME, ip: '192.168.1.24' },
  { userAgent: SAFARI, ip: '2001:db8::7' },
  { userAgent: ANDROID, ip: '203.0.113.91' },
  { userAgent: EDGE, ip: '10.0.4.18' },
  { userAgent: 'curl/8.5.0', ip: '198.51.100.140' },
];

/** Returns a device; the list begins again at its end. */
export function deviceAt(index: number): SampleDevice {
  const device = DEVICES[index % DEVICES.length];
  if (device === undefined) throw new Error('There are no devices.');
  return device;
}

/** The administrator who looks at the pages. */
export const SAMPLE_ADMIN: SamplePerson = demoUser('admin');

const COLLEAGUES: readonly (readonly [string, ...string[]])[] = [
  ['dave', 'orders'],
  ['erin', 'orders', 'orders:write'],
  ['frank', 'products'],
  ['grace', 'orders', 'products'],
  ['heidi', 'products'],
  ['ivan', 'orders'],
  ['judy', 'orders', 'products'],
  ['mallory'],
  ['niaj', 'products'],
  ['olivia', 'orders', 'orders:write', 'products'],
  ['peggy', 'orders'],
  ['rupert', 'products'],
];

/** Users that the pictures create, in addition to the demo users. */
export const SAMPLE_COLLEAGUES: readonly SamplePerson[] = COLLEAGUES.map(
  ([username, ...roles]) => ({
    username,
    password: `violet lanterns of ${username}`,
    roles,
  }),
);

/** All users, the administrator included. */
export const SAMPLE_PEOPLE: readonly SamplePerson[] = [...DEMO_USERS, ...SAMPLE_COLLEAGUES];

/** Returns a user by name. */
export function samplePerson(username: string): SamplePerson {
  const found = SAMPLE_PEOPLE.find((it) => it.username === username);
  if (found === undefined) throw new Error(`The pictures have no user ${username}.`);
  return found;
}

function demoUser(username: string): SamplePerson {
  const found = DEMO_USERS.find((it) => it.username === username);
  if (found === undefined) throw new Error(`There is no demo user ${username}.`);
  return found;
}
