import { setTimeout as delay } from 'node:timers/promises';
import { GatewayClient } from './gateway-client';
import type { Exchanged, GatewayClientsApi } from './gateway-clients.api';
import { serveCalls } from './remote-process';

/** Handshakes in progress. */
const AT_ONCE = 16;

/** Attempts of a client that is refused with 503, because the machine stalled. */
const ATTEMPTS = 20;
const ATTEMPT_INTERVAL_MS = 200;

const clients: GatewayClient[] = [];
let isPacing = false;
let answered = 0;
let startedAt = 0;

/** A process with clients of the gateway. */
const api: GatewayClientsApi = {
  async open({ port, tokens, part }) {
    const left = tokens.entries();
    const openNext = async () => {
      for (const [at, token] of left) {
        clients[first + at] = await openOne(port, token, part, at);
      }
    };
    const first = clients.length;
    await Promise.all(Array.from({ length: AT_ONCE }, openNext));
  },

  async allClosed() {
    const times = await Promise.all(clients.map(({ closedAt }) => closedAt));
    const codes = await Promise.all(clients.map(({ code }) => code));
    const lastAt = times.reduce((last, at) => (at > last ? at : last), 0n);
    const terminated = times.filter((at) => at === 0n).length;
    return { count: times.length, terminated, lastAt: String(lastAt), codes: [...new Set(codes)] };
  },

  async closed(client) {
    return String(await clients[client]?.closedAt);
  },

  async saturate(milliseconds) {
    begin();
    const deadline = performance.now() + milliseconds;
    await Promise.all(
      clients.map(async (client) => {
        while (performance.now() < deadline) {
          await client.ask();
          answered += 1;
        }
      }),
    );
    return end();
  },

  pace(perSecond) {
    begin();
    isPacing = true;
    void pace(perSecond);
  },

  stopPace() {
    isPacing = false;
    return end();
  },
};

async function openOne(...arrival: Parameters<typeof GatewayClient.open>): Promise<GatewayClient> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await GatewayClient.open(...arrival);
    } catch (error) {
      if (attempt === ATTEMPTS || !String(error).includes('503')) throw error;
      await delay(ATTEMPT_INTERVAL_MS);
    }
  }
}

async function pace(perSecond: number): Promise<void> {
  let sent = 0;
  while (isPacing) {
    const due = ((performance.now() - startedAt) * perSecond) / 1_000;
    for (; sent < due; sent++) {
      const idle = clients.find(({ isIdle }) => isIdle);
      // A service that falls behind receives the rest when a client is idle.
      if (idle === undefined) break;
      void idle.ask().then(() => (answered += 1));
    }
    await delay(1);
  }
}

function begin(): void {
  answered = 0;
  startedAt = performance.now();
}

function end(): Exchanged {
  return { messages: answered, seconds: (performance.now() - startedAt) / 1_000 };
}

serveCalls(api);
