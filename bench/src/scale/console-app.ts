import { join } from 'node:path';
import { AppProcess } from '../../../tools/processes/app-process';
import { buildApps } from '../../../tools/processes/build-apps';
import { freePort } from '../../../tools/processes/free-port';
import { workspace } from '../measure/workspace';

/** Builds the auth app and starts it on a Redis, with the demo users and the embedded PostgreSQL. */
export async function startConsoleApp(redisUrl: string): Promise<AppProcess> {
  await buildApps({ apps: ['auth'], root: workspace });
  const [port, rpcPort] = [await freePort(), await freePort()];
  const app = await AppProcess.start({
    name: 'auth',
    url: `http://127.0.0.1:${port}`,
    script: join(workspace, 'dist/apps/auth/main.js'),
    env: {
      PATH: process.env.PATH,
      AUTH_PORT: String(port),
      AUTH_RPC_PORT: String(rpcPort),
      REDIS_URL: redisUrl,
      DATA_DIR: 'temporary',
      DEMO_USERS: 'on',
      BCRYPT_COST: '10',
    },
  });
  try {
    await app.ready();
    return app;
  } catch (error) {
    await app.stop();
    throw error;
  }
}

/** Signs a demo user in with a program, and returns the id of the user. */
export async function signInTo(url: string, username: string): Promise<string> {
  const response = await fetch(`${url}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password: `${username}-demo-password`, transport: 'bearer' }),
  });
  if (!response.ok) throw new Error(`The sign-in failed with status ${response.status}`);
  const { user } = (await response.json()) as { user: { id: string } };
  return user.id;
}
