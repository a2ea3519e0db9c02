import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
const NEXT = fileURLToPath(import.meta.resolve('next/dist/bin/next'));

/** Builds the pages for an API, and starts them. @returns a function that stops the server */
export async function startPages(port: number, apiUrl: string): Promise<() => Promise<void>> {
  const env = { ...process.env, API_URL: apiUrl, NEXT_TELEMETRY_DISABLED: '1' };
  const next = (...args: string[]) =>
    spawn(process.execPath, [NEXT, ...args], { cwd: PROJECT, env, stdio: 'inherit' });

  const [code] = (await once(next('build'), 'exit')) as [number | null];
  if (code !== 0) throw new Error('next build has failed.');
  const server = next('start', '--port', port.toString());
  const isAnswering = () =>
    fetch(`http://localhost:${port.toString()}/sign-in`).then(
      () => true,
      () => false,
    );
  while (!(await isAnswering())) {
    if (server.exitCode !== null) throw new Error('next start has ended.');
    await pause(100);
  }
  return async () => {
    server.kill();
    await once(server, 'exit');
  };
}
