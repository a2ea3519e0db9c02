import { eventually } from '../testing/eventually';
import { isRunning } from '../testing/is-running';
import { runTypeScript } from '../testing/run-typescript';

describe('RedisServer', () => {
  /** Starts a server in another Node process, which then does `next`. */
  const startElsewhere = async (next: string) => {
    const parent = runTypeScript(`
      import { RedisServer } from './redis/redis-server';
      void RedisServer.start().then((server) => {
        console.log(String(server.pid));
        ${next}
      });
    `);
    await eventually(() => parent.lines.length > 0);
    const redisPid = Number(parent.lines[0]);
    expect(redisPid).toBeGreaterThan(0);
    return { ...parent, redisPid };
  };

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGKILL'] as const)(
    'stops when its parent process is killed by %s',
    async (signal) => {
      const { child, exited, redisPid } = await startElsewhere('setInterval(() => {}, 1000);');
      expect(isRunning(redisPid)).toBe(true);

      child.kill(signal);

      await expect(exited).resolves.toEqual({ code: null, signal });
      await eventually(() => !isRunning(redisPid));
    },
  );

  it.each([
    ['having nothing left to do', '', 0],
    ['process.exit', 'process.exit(3);', 3],
    ['an exception', "throw new Error('not caught');", 1],
  ])('stops when its parent process ends by %s', async (_, next, code) => {
    const { exited, redisPid } = await startElsewhere(next);

    await expect(exited).resolves.toEqual({ code, signal: null });
    await eventually(() => !isRunning(redisPid));
  });
});
