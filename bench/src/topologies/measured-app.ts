import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { AppProcess } from '../../../tools/processes/app-process';
import { freePort } from '../../../tools/processes/free-port';
import { workspace } from '../measure/workspace';
import { PROBE_PORT } from './cpu-probe.port';

const PROBE = join(__dirname, 'cpu-probe.js');

export type AppName = 'auth' | 'orders' | 'products';

/** An app of this repository as it is built, that tells how much CPU time it uses. */
export class MeasuredApp {
  private constructor(
    readonly url: string,
    private process: AppProcess,
    private readonly probePort: number,
    private readonly launch: () => Promise<AppProcess>,
  ) {}

  /**
   * Does not wait for it to be ready.
   *
   * @param script What is started in its place.
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
          // Read as JSON reads a text: a folder may have spaces in its name.
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

  /** CPU time since its start, user and system, in microseconds. */
  async cpu(): Promise<number> {
    return Number(await text(connect(this.probePort, '127.0.0.1')));
  }

  /** Ends it at once, as a crash does. */
  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.process.exited;
  }

  async stop(): Promise<void> {
    await this.process.stop();
  }

  /** Starts it anew, as it was started first, and waits until it is ready. */
  async restart(): Promise<void> {
    this.process = await this.launch();
    await this.process.ready();
  }
}
