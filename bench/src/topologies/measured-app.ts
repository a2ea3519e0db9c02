import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { AppProcess } from '../../../tools/processes/app-process';
import { freePort } from '../../../tools/processes/free-port';
import { workspace } from '../measure/workspace';
import { PROBE_PORT } from './cpu-probe.port';

const PROBE = join(__dirname, 'cpu-probe.js');

export type AppName = 'auth' | 'orders' | 'products';

/** An app of this repository as it is built, with a probe of its CPU time. */
export class MeasuredApp {
  private constructor(
    readonly url: string,
    private process: AppProcess,
    private readonly probePort: number,
    private readonly launch: () => Promise<AppProcess>,
  ) {}

  /**
   * Starts the app without waiting until it is ready.
   *
   * @param script Alternative to the built app.
   */
  static async start(
    name: AppName,
    port: number,
    settings: NodeJS.ProcessEnv,
    script = join(workspace, `dist/apps/${name}/main.js`),
  ): Promise<MeasuredApp> {
    const url = `http://127.0.0.1:${port}`;
    const probePort = await freePort();
    const launch = () =>
      AppProcess.start({
        name,
        url,
        script,
        env: {
          PATH: process.env.PATH,
          [`${name.toUpperCase()}_PORT`]: String(port),
          // Quoted for Node.js: the path may contain spaces.
          NODE_OPTIONS: `--require ${JSON.stringify(PROBE)}`,
          [PROBE_PORT]: String(probePort),
          ...settings,
        },
      });
    return new MeasuredApp(url, await launch(), probePort, launch);
  }

  ready(): Promise<void> {
    return this.process.ready();
  }

  /** Returns the CPU time since its start, user and system, in microseconds. */
  async cpu(): Promise<number> {
    return Number(await text(connect(this.probePort, '127.0.0.1')));
  }

  /** Kills the app, as in a crash. */
  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.process.exited;
  }

  async stop(): Promise<void> {
    await this.process.stop();
  }

  /** Restarts the app with its first settings and waits until it is ready. */
  async restart(): Promise<void> {
    this.process = await this.launch();
    await this.process.ready();
  }
}
