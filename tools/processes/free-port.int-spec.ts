import { checkPorts } from './port-check';
import { freePort } from './free-port';

describe('freePort', () => {
  it('returns a different free port at every call', async () => {
    const ports = await Promise.all(Array.from({ length: 50 }, () => freePort()));

    expect(new Set(ports).size).toBe(50);
    await checkPorts(ports.map((port) => ({ port, host: '127.0.0.1', variable: 'PORT' })));
  });
});
