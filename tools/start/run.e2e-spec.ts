import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../processes/free-port';
import { ensureRedisServer } from '../redis/ensure-redis-server';
import { eventually } from '../testing/eventually';
import { isRunning } from '../testing/is-running';
import { runTypeScript, type RunningScript } from '../testing/run-typescript';
import { temporaryFolder } from '../testing/temporary-folder';
import { writeThrowawayApp, type ThrowawayAppOptions } from '../testing/throwaway-app';

const PORT_VARIABLES = { first: 'FIRST_PORT', second: 'SECOND_PORT' };

type AppName = keyof typeof PORT_VARIABLES;

interface Setup {
  readonly apps?: Partial<Record<AppName, ThrowawayAppOptions>>;
  /** Body of the build function, in TypeScript. */
  readonly build?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Runs the script like npm does: as the child of a shell. */
  readonly shell?: boolean;
}

describe('run', () => {
  const folder = temporaryFolder();
  const scripts: RunningScript[] = [];

  /** Runs two throw-away apps, like `npm start` runs the real apps. */
  const start = async ({ apps = {}, build = '', env = {}, shell = false }: Setup = {}) => {
    const names: AppName[] = ['first', 'second'];
    const services = names.map((name) => {
      const portVariable = PORT_VARIABLES[name];
      const script = writeThrowawayApp(folder(), name, { portVariable, ...apps[name] });
      return { name, script, http: { variable: portVariable, default: 1 } };
    });
    const script = runTypeScript(
      `
      import { run } from './start/run';
      void run({
        services: ${JSON.stringify(services)},
        env: process.env,
        build: async (signal) => { ${build} },
        log: (message) => console.log(message),
        onServiceLine: (name, line) => console.log(name + '> ' + line),
        onRunning: ({ redis }) => console.log('all is up'),
      });
      `,
      {
        shell,
        env: {
          ...process.env,
          npm_lifecycle_event: undefined,
          FIRST_PORT: String(await freePort()),
          SECOND_PORT: String(await freePort()),
          REDIS_URL: '',
          ...env,
        },
      },
    );
    scripts.push(script);
    return script;
  };

  const text = ({ lines }: RunningScript) => lines.join('\n');
  const printed = (script: RunningScript, words: string) =>
    eventually(() => text(script).includes(words));
  const isUp = async (script: RunningScript) => {
    await Promise.race([printed(script, 'all is up'), script.exited]);
    expect(text(script)).toContain('all is up');
  };
  /** Process ids that the apps have printed. */
  const appPids = (script: RunningScript) =>
    [...text(script).matchAll(/> pid (\d+)$/gm)].map(([, pid]) => Number(pid));
  const redisAnswers = async (script: RunningScript) => {
    const port = Number(/^Redis: redis:\/\/127\.0\.0\.1:(\d+)$/m.exec(text(script))?.[1]);
    const server = createServer();
    try {
      await once(server.listen(port, '127.0.0.1'), 'listening');
      return false;
    } catch {
      return true;
    } finally {
      server.close();
    }
  };
  const nothingIsLeft = async (script: RunningScript) => {
    await eventually(() => !appPids(script).some(isRunning));
    await eventually(async () => !(await redisAnswers(script)));
  };

  beforeAll(async () => {
    await ensureRedisServer();
  }, 300_000);

  afterEach(async () => {
    for (const { child, exited } of scripts.splice(0)) {
      child.kill('SIGKILL');
      await exited;
    }
  });

  it('starts Redis and the apps, and reports each when it is ready', async () => {
    const script = await start({
      apps: { first: { before: 'print(process.env.REDIS_URL);' } },
    });
    await isUp(script);

    expect(script.lines).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^Redis: redis:\/\/127\.0\.0\.1:\d+$/),
        expect.stringMatching(/^Built in \d+\.\d s$/),
        expect.stringMatching(/^first> redis:\/\/127\.0\.0\.1:\d+$/),
        expect.stringMatching(/^first is ready: http:\/\/127\.0\.0\.1:\d+ \(\d+\.\d s\)$/),
        expect.stringMatching(/^second is ready: http:\/\/127\.0\.0\.1:\d+ \(\d+\.\d s\)$/),
      ]),
    );
    expect(appPids(script)).toHaveLength(2);
    await expect(redisAnswers(script)).resolves.toBe(true);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'stops everything gracefully, newest first, on %s',
    async (signal) => {
      const script = await start();
      await isUp(script);

      script.child.kill(signal);

      await expect(script.exited).resolves.toEqual({ code: 0, signal: null });
      expect(script.lines.filter((line) => line.endsWith('ends in order'))).toEqual([
        'second> ends in order',
        'first> ends in order',
      ]);
      await nothingIsLeft(script);
    },
  );

  it('treats a Ctrl-C that npm repeats as one', async () => {
    const slow = {
      before: `
        process.removeAllListeners('SIGTERM');
        process.on('SIGTERM', () => {
          setTimeout(() => {
            print('ends in order');
            process.exit();
          }, 1500);
        });
      `,
    };
    const script = await start({ apps: { first: slow } });
    await isUp(script);

    script.child.kill('SIGINT');
    // Two simultaneous signals would arrive as one.
    await delay(50);
    script.child.kill('SIGINT');

    await expect(script.exited).resolves.toEqual({ code: 0, signal: null });
    expect(text(script)).toContain('first> ends in order');
  });

  it('stops everything immediately on a second Ctrl-C', async () => {
    const stubborn = {
      before: 'process.removeAllListeners("SIGTERM"); process.on("SIGTERM", () => {});',
    };
    const script = await start({ apps: { second: stubborn } });
    await isUp(script);

    script.child.kill('SIGINT');
    // Repeat until a signal counts as another key press.
    const pressing = new AbortController();
    void script.exited.then(() => {
      pressing.abort();
    });
    while (!pressing.signal.aborted) {
      await delay(100);
      script.child.kill('SIGINT');
    }

    await expect(script.exited).resolves.toEqual({ code: 130, signal: null });
    await nothingIsLeft(script);
  });

  it('cancels the start on Ctrl-C', async () => {
    const script = await start({ apps: { second: { status: '503' } } });
    await printed(script, 'second> pid');

    script.child.kill('SIGINT');

    await expect(script.exited).resolves.toEqual({ code: 0, signal: null });
    expect(text(script)).not.toContain('all is up');
    await nothingIsLeft(script);
  });

  it('stops when its npm process is terminated without forwarding the signal', async () => {
    const script = await start({ shell: true, env: { npm_lifecycle_event: 'start' } });
    await isUp(script);

    script.child.kill('SIGTERM');

    await expect(script.exited).resolves.toEqual({ code: null, signal: 'SIGTERM' });
    await nothingIsLeft(script);
  });

  it('leaves nothing behind when it is killed', async () => {
    const script = await start();
    await isUp(script);

    script.child.kill('SIGKILL');
    await script.exited;

    await nothingIsLeft(script);
  });

  it('stops when its output is no longer read', async () => {
    const script = await start({
      apps: { first: { before: 'setInterval(() => print("still here"), 50);' } },
    });
    await isUp(script);

    script.child.stdout?.destroy();

    await expect(script.exited).resolves.toEqual({ code: 0, signal: null });
    await nothingIsLeft(script);
  });

  it('stops the rest when an app dies, and reports which app and why', async () => {
    const script = await start();
    await isUp(script);
    const [firstPid = 0] = appPids(script);
    const name = script.lines.find((line) => line.endsWith(`> pid ${firstPid}`))?.split('>')[0];

    process.kill(firstPid, 'SIGKILL');

    await expect(script.exited).resolves.toEqual({ code: 1, signal: null });
    expect(text(script)).toContain(`${name ?? ''} was ended by SIGKILL. Its last lines:`);
    await nothingIsLeft(script);
  });

  it('fails with the last lines of an app that does not start', async () => {
    const script = await start({
      apps: { second: { before: 'console.error("no database"); process.exit(1);' } },
    });

    await expect(script.exited).resolves.toEqual({ code: 1, signal: null });
    expect(text(script)).toContain('second ended with code 1 before it was ready');
    expect(text(script)).toContain('\nno database');
    await nothingIsLeft(script);
  });

  it('fails before it starts anything when a port is taken', async () => {
    const FIRST_PORT = String(await freePort());
    const script = await start({ env: { FIRST_PORT, SECOND_PORT: FIRST_PORT } });

    await expect(script.exited).resolves.toEqual({ code: 1, signal: null });
    expect(text(script).trim()).toBe(
      `Port ${FIRST_PORT} on 127.0.0.1 is in use: stop the process that listens there, or set SECOND_PORT to a free port.`,
    );
  });

  it('fails when the build fails, and stops the Redis it started', async () => {
    const script = await start({ build: "throw new Error('main.ts: no such type');" });

    await expect(script.exited).resolves.toEqual({ code: 1, signal: null });
    expect(text(script)).toContain('main.ts: no such type');
    await nothingIsLeft(script);
  });

  it('fails when the Redis of REDIS_URL does not answer', async () => {
    const script = await start({ env: { REDIS_URL: `redis://127.0.0.1:${await freePort()}` } });

    await expect(script.exited).resolves.toEqual({ code: 1, signal: null });
    expect(text(script)).toContain('The Redis of REDIS_URL');
  });
});
