import { join } from 'node:path';
import { eventually } from '../testing/eventually';
import { isRunning } from '../testing/is-running';
import { runTypeScript } from '../testing/run-typescript';
import { temporaryFolder } from '../testing/temporary-folder';
import { writeThrowawayApp, type ThrowawayAppOptions } from '../testing/throwaway-app';
import { AppProcess } from './app-process';
import { freePort } from './free-port';

describe('AppProcess', () => {
  const folder = temporaryFolder();
  const apps: AppProcess[] = [];
  const lines: string[] = [];

  const startScript = async (script: string) => {
    const port = await freePort();
    const app = await AppProcess.start({
      name: 'sample',
      script,
      url: `http://127.0.0.1:${port}`,
      env: { PORT: String(port), GREETING: 'hello' },
      onLine: (line) => lines.push(line),
    });
    apps.push(app);
    return app;
  };
  const start = (options?: ThrowawayAppOptions) =>
    startScript(writeThrowawayApp(folder(), 'sample', options));

  beforeEach(() => {
    lines.length = 0;
  });

  afterEach(async () => {
    await Promise.all(apps.splice(0).map((app) => app.stop(100)));
  });

  it('is ready once the app answers 200', async () => {
    const app = await start({ status: 'asked < 3 ? 503 : 200', before: 'print("starts");' });

    await app.ready();

    expect((await fetch(`${app.url}/health/ready`)).status).toBe(200);
  });

  it('runs the app in the given environment and forwards its output', async () => {
    const app = await start({
      before:
        'print(process.env.GREETING); console.error("on stderr"); print("PATH" in process.env);',
    });
    await app.ready();
    await eventually(() => lines.includes(`pid ${app.pid}`));

    expect(lines).toEqual(expect.arrayContaining(['hello', 'on stderr', 'false']));
    expect(app.lastLines).toContain('on stderr');
  });

  it('reports immediately, with its last lines, an app that ended before it was ready', async () => {
    const app = await start({ before: 'throw new Error("no database");' });

    await expect(app.ready()).rejects.toThrow(
      /^sample ended with code 1 before it was ready\. Its last lines:\n[^]*no database/,
    );
  });

  it('reports what is missing when the app was not built', async () => {
    const app = await startScript(join(folder(), 'missing.cjs'));

    await expect(app.ready()).rejects.toThrow('Cannot find module');
  });

  it('gives up on an app that does not become ready', async () => {
    const app = await start({ status: '503' });
    await eventually(() => lines.length > 0);

    await expect(app.ready(200)).rejects.toThrow(/^sample is not ready after 0\.2 s \(.*: 503\)/);
  });

  it('stops the app gracefully', async () => {
    const app = await start();
    await app.ready();

    await expect(app.stop()).resolves.toEqual({ code: 0, signal: null });
    expect(lines).toContain('ends in order');
    expect(isRunning(app.pid)).toBe(false);
  });

  it('kills an app that ignores SIGTERM', async () => {
    const app = await start({
      before: 'process.removeAllListeners("SIGTERM"); process.on("SIGTERM", () => {});',
    });
    await app.ready();

    await expect(app.stop(50)).resolves.toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('can be stopped twice', async () => {
    const app = await start();
    await app.ready();
    const exit = await app.stop();

    await expect(app.stop()).resolves.toEqual(exit);
  });

  it('reports that the app was killed', async () => {
    const app = await start();
    await app.ready();

    app.kill('SIGKILL');

    await expect(app.exited).resolves.toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('runs the app in its own process group', async () => {
    const app = await start();

    expect(() => process.kill(-app.pid, 0)).not.toThrow();
  });

  it('makes the app end when its parent process is killed', async () => {
    const script = writeThrowawayApp(folder(), 'sample');
    const port = await freePort();
    const parent = runTypeScript(`
      import { AppProcess } from './processes/app-process';
      void AppProcess.start({
        name: 'sample',
        script: '${script}',
        url: 'http://127.0.0.1:${port}',
        env: { PORT: '${port}' },
      }).then(async (app) => {
        await app.ready();
        console.log(String(app.pid));
      });
    `);
    await eventually(() => parent.lines.length > 0);
    const pid = Number(parent.lines[0]);
    expect(isRunning(pid)).toBe(true);

    parent.child.kill('SIGKILL');
    await parent.exited;

    await eventually(() => !isRunning(pid));
  });
});
