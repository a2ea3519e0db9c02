import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../../tools/testing/eventually';
import { Fleet } from '../support/fleet';
import { SERVICES } from '../support/guarded-redis';
import { type Answer, tokenOf } from '../support/http';
import { GATEWAY_FILE, NGINX_FILE } from '../support/nginx';
import { type Adapter, settingsFor, type Source } from '../support/system';

/** Milliseconds between two requests. */
const PACE = 40;

/** Exit of an old instance. */
const IN_ORDER = { code: 0, signal: null };

/** Sends requests at a steady rate, independent of the responses. */
class Traffic {
  readonly failures: string[] = [];
  count = 0;
  readonly #open = new Set<Promise<void>>();
  readonly #timer: NodeJS.Timeout;

  constructor(requests: readonly (() => Promise<Answer>)[]) {
    this.#timer = setInterval(() => {
      const request = requests[this.count % requests.length];
      this.count += 1;
      if (request) this.#send(request, this.count % requests.length);
    }, PACE);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#open);
  }

  #send(request: () => Promise<Answer>, which: number): void {
    const sent = request()
      .then(({ status, text }) => {
        if (status >= 300) this.failures.push(`request ${which}: ${status} ${text}`);
      })
      .catch((error: unknown) => {
        this.failures.push(`request ${which}: ${String(error)}`);
      })
      .finally(() => this.#open.delete(sent));
    this.#open.add(sent);
  }
}

const ONE = 'the secret that services sign their calls with at first';
const OTHER = 'the secret that they sign their calls with afterwards';

describe.each<[string, string, Source, Adapter]>([
  ['nginx', NGINX_FILE, 'redis', 'fastify'],
  ['nginx', NGINX_FILE, 'rpc', 'express'],
  ['nginx as the gateway', GATEWAY_FILE, 'gateway', 'express'],
])('a deploy behind %s', (_, file, source, adapter) => {
  describe(`with the source ${source} on ${adapter}`, () => {
    let fleet: Fleet;
    let traffic: Traffic;

    beforeAll(async () => {
      const settings = { ...settingsFor(source), SESSION_CALL_SECRET: ONE };
      fleet = await Fleet.start(adapter, { file, settings });
      const signIn = async () => {
        const body = { username: 'carol', password: 'carol-demo-password' };
        return tokenOf(await fleet.nginx.call('/auth/login', { body }));
      };
      const cookie = await signIn();
      const requests = [
        () => fleet.nginx.call('/auth/session', { cookie }),
        () => fleet.nginx.call('/orders', { cookie }),
        () => fleet.nginx.call('/products', { cookie }),
        // orders calls products for the price.
        () => fleet.nginx.call('/orders', { cookie, body: { productId: 'tea', quantity: 1 } }),
      ];
      await eventually(async () => {
        const answers = await Promise.all(requests.map((request) => request()));
        return answers.every(({ status }) => status < 300);
      });
      traffic = new Traffic(requests);
    });
    afterAll(async () => {
      await traffic.stop();
      await fleet.stop();
    });

    /**
     * Failed requests so far, including requests shortly after the last change. With failures come the last
     * lines of the services, which say why.
     */
    async function failures(): Promise<string[]> {
      const { count } = traffic;
      await eventually(() => traffic.count >= count + 20);
      await delay(PACE);
      const failed = traffic.failures.splice(0);
      return failed.length === 0 ? [] : [...failed, fleet.lastLines];
    }

    it('loses no request when it replaces one service after the other', async () => {
      for (const service of SERVICES) expect(await fleet.deploy([service])).toEqual([IN_ORDER]);
      expect(await failures()).toEqual([]);
    });

    it('loses no request when it replaces all services at once', async () => {
      expect(await fleet.deploy(SERVICES)).toEqual([IN_ORDER, IN_ORDER, IN_ORDER]);
      expect(await failures()).toEqual([]);
    });

    it('loses no request when it rotates the call secret in three steps', async () => {
      const steps = [
        { SESSION_CALL_SECRET: ONE, SESSION_CALL_SECRET_ALSO: OTHER },
        { SESSION_CALL_SECRET: OTHER, SESSION_CALL_SECRET_ALSO: ONE },
        { SESSION_CALL_SECRET: OTHER, SESSION_CALL_SECRET_ALSO: undefined },
      ];
      for (const step of steps) {
        for (const service of SERVICES) {
          expect(await fleet.deploy([service], step)).toEqual([IN_ORDER]);
        }
      }
      expect(await failures()).toEqual([]);
    });
  });
});
