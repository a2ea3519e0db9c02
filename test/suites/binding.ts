import { eventually } from '../../tools/testing/eventually';
import { type Answer, call, json, tokenOf } from '../support/http';
import { sharedSystem } from '../support/shared-systems';
import { type Adapter, settingsFor, type Source, System } from '../support/system';

const PHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1';
const UPDATED = PHONE.replace('18_7', '19_0').replace('26.0', '27.0');

const from = (ip: string, userAgent?: string) => ({
  'x-forwarded-for': ip,
  ...(userAgent && { 'user-agent': userAgent }),
});

const HOME = from('192.0.2.7', PHONE);
/** Requests of the owner's phone over time: at home, then the carrier's networks, IPv6, another Wi-Fi. */
const ON_THE_WAY = [
  HOME,
  from('198.51.100.20', PHONE),
  from('2001:db8:1::5', PHONE),
  from('203.0.113.80', UPDATED),
  from('2001:db9::1', UPDATED),
];
const THIEF = from('198.18.0.1', 'curl/8.14.1');
const REFUSED = 'ERR_SESSION_REAUTHENTICATION_REQUIRED';

async function signInAtHome(system: System, user = 'carol'): Promise<string> {
  return tokenOf(await system.login(user, `${user}-demo-password`, HOME));
}

function ask(system: System, cookie: string, headers: Record<string, string>): Promise<Answer[]> {
  return Promise.all(system.doors.map((door) => call(door, { cookie, headers })));
}

const statusesOf = (answers: readonly Answer[]) => answers.map(({ status }) => status);

/** Starts its own system, with a binding that rejects. */
export function binding(adapter: Adapter, source: Source): void {
  describe(`a stolen token, on ${adapter} by ${source}`, () => {
    let system: System;

    beforeAll(async () => {
      system = await System.start(adapter, {
        ...settingsFor(source),
        TRUST_PROXY: '1',
        SESSION_BINDING: 'reauthenticate',
      });
    });
    afterAll(() => system.stop());

    it('is rejected for the thief, and accepted for its owner on every network', async () => {
      const cookie = await signInAtHome(system);

      for (const headers of ON_THE_WAY) {
        expect(statusesOf(await ask(system, cookie, headers))).toEqual([200, 200, 200]);
      }
      for (const answer of await ask(system, cookie, THIEF)) {
        expect(answer.status).toBe(403);
        expect(json(answer)).toMatchObject({ code: REFUSED });
        expect(answer.headers['set-cookie']).toBeUndefined();
      }
      expect(statusesOf(await ask(system, cookie, from('198.18.0.1')))).toEqual([403, 403, 403]);

      for (const headers of ON_THE_WAY) {
        expect(statusesOf(await ask(system, cookie, headers))).toEqual([200, 200, 200]);
      }
    });

    it('lets services call each other on behalf of its owner', async () => {
      const cookie = await signInAtHome(system);
      const products = await call(`${system.products.url}/products`, { cookie, headers: HOME });
      const [product] = json<{ id: string }[]>(products);

      const order = await call(`${system.orders.url}/orders`, {
        cookie,
        headers: HOME,
        body: { productId: product?.id, quantity: 1 },
      });

      expect(order.status).toBe(201);
    });

    it('is reported by each service, without the token or the address', async () => {
      const cookie = await signInAtHome(system);

      await ask(system, cookie, THIEF);
      await ask(system, cookie, THIEF);

      const { id } = json<{ session: { id: string } }>(
        await call(`${system.auth.url}/auth/session`, { cookie, headers: HOME }),
      ).session;
      const linesOf = () =>
        system.output.filter((line) => line.includes('clientChanged') && line.includes(id));
      await eventually(() => linesOf().length >= 6);
      const lines = linesOf();
      expect(lines.filter((line) => line.includes('"userAgent"'))).toHaveLength(3);
      expect(lines.filter((line) => line.includes('"network"'))).toHaveLength(3);
      expect(lines.join('\n')).toContain('"from":"Safari on macOS or iOS","to":"curl"');
      expect(system.output.join('\n')).not.toContain(cookie);
      expect(lines.join('\n')).not.toContain('198.18.0.1');
    });

    it('still allows a new sign-in and a sign-out', async () => {
      const cookie = await signInAtHome(system);
      const again = tokenOf(
        await system.login('carol', 'carol-demo-password', {
          ...THIEF,
          cookie: `__Host-sid=${cookie}`,
        }),
      );
      expect(statusesOf(await ask(system, again, THIEF))).toEqual([200, 200, 200]);
      expect(statusesOf(await ask(system, cookie, HOME))).toEqual([401, 401, 401]);

      const out = await call(`${system.auth.url}/auth/logout`, {
        method: 'POST',
        cookie: again,
        headers: HOME,
      });
      expect(out.status).toBe(204);
      expect(statusesOf(await ask(system, again, THIEF))).toEqual([401, 401, 401]);
    });
  });
}

/** Tests a token that no binding rejects: with `report`, and without a SESSION_BINDING. */
export function unboundToken(adapter: Adapter): void {
  describe(`a stolen token, on ${adapter} without an enforced binding`, () => {
    it('is accepted, and reported by each service with SESSION_BINDING=report', async () => {
      const system = await System.start(adapter, { TRUST_PROXY: '1', SESSION_BINDING: 'report' });
      try {
        await expectReports(system, 3);
      } finally {
        await system.stop();
      }
    });

    it('is accepted, and not reported without SESSION_BINDING', async () => {
      await expectReports(await sharedSystem(adapter), 0);
    });

    async function expectReports(system: System, reports: number): Promise<void> {
      const user = await system.createUserLike('carol');
      const cookie = tokenOf(await system.login(user.username, user.password, HOME));

      expect(statusesOf(await ask(system, cookie, THIEF))).toEqual([200, 200, 200]);
      expect(statusesOf(await ask(system, cookie, THIEF))).toEqual([200, 200, 200]);

      const told = (text: string) => system.output.filter((line) => line.includes(text));
      await eventually(() => told('"changed":"network"').length >= reports);
      expect(told('"changed":"userAgent"')).toHaveLength(reports);
      expect(told('"changed":"network"')).toHaveLength(reports);
    }
  });
}
