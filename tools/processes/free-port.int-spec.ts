import { checkPorts } from './port-check';
import { freePort, reservePort } from './free-port';

describe('freePort', () => {
  it('returns a different free port at every call', async () => {
    const ports = await Promise.all(Array.from({ length: 50 }, () => freePort()));

    expect(new Set(ports).size).toBe(50);
    await checkPorts(ports.map((port) => ({ port, host: '127.0.0.1', variable: 'PORT' })));
  });

  it('returns no reserved port', async () => {
    // All ports of the range but twenty, of which at least one is free.
    const left = new Set(Array.from({ length: 20 }, (_, i) => 20_000 + i));
    for (let port = 10_240; port <= 32_767; port += 1) if (!left.has(port)) reservePort(port);

    expect(left).toContain(await freePort());
  });
});
