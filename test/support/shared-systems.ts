import { type Adapter, settingsFor, type Source, System } from './system';

/** Maximum number of sessions per user in a shared system: not the default. */
export const SHARED_MAX_PER_USER = 12;

/** Settings of the shared systems, in addition to their adapter and source. */
const SHARED_SETTINGS: NodeJS.ProcessEnv = {
  TRUST_PROXY: '1',
  ALLOWED_ORIGINS: 'https://app.example.com, https://b.example.com',
  SESSION_MAX_PER_USER: String(SHARED_MAX_PER_USER),
  // Long enough for a test on a busy machine to finish within it, short enough to wait for.
  SESSION_ROTATION_GRACE: '15s',
  // The wrong passwords of all files come from one address.
  SIGN_IN_FREE_ATTEMPTS_NETWORK: '10000',
  // The services limit headers themselves, whatever the limit of Node.js.
  NODE_OPTIONS: '--max-http-header-size=65536',
};

/**
 * Systems that the test files of one Jest worker share, one for each adapter and source. The first file that
 * needs a system starts it, and it ends with the worker's process.
 *
 * A test that stops, kills or configures a service or its Redis starts its own system.
 */
export class SharedSystems {
  readonly #systems = new Map<string, Promise<System>>();

  async of(adapter: Adapter, source: Source): Promise<System> {
    const key = `${adapter} ${source}`;
    let starting = this.#systems.get(key);
    if (starting === undefined) this.#systems.set(key, (starting = start(adapter, source)));
    const system = await starting;
    if (system.isRunning) return system;
    throw new Error(`A test has ended a service of the shared system (${key}).`);
  }
}

async function start(adapter: Adapter, source: Source): Promise<System> {
  const system = await System.start(adapter, {
    ...SHARED_SETTINGS,
    ...settingsFor(source),
    // The story then runs on the embedded PostgreSQL, like after a plain `npm start`.
    ...(source === 'redis' && { DATA_DIR: 'temporary' }),
  });
  system.unref();
  return system;
}

declare global {
  var sharedSystems: SharedSystems | undefined;
}

/**
 * Returns the worker's system with this adapter and source. All files share its users and sessions: create a
 * user with {@link System.createUser} for data that a test changes.
 */
export function sharedSystem(adapter: Adapter, source: Source = 'redis'): Promise<System> {
  const systems = globalThis.sharedSystems;
  if (systems === undefined)
    throw new Error('Only end-to-end tests have systems: name it *.e2e-spec.ts.');
  return systems.of(adapter, source);
}
