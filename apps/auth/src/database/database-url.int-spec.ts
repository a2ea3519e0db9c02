import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { Client } from 'pg';
import { freePort } from './embedded/free-port';
import { sharedPostgres } from './testing/every-postgres';
import { failureOf } from './testing/failure-of';

describe('DATABASE_URL', () => {
  it('names the host and the port when nothing answers there', async () => {
    const port = await freePort();
    await expect(failureOf(`postgres://user:s3cret@127.0.0.1:${port}/users`)).resolves.toBe(
      `DATABASE_URL: nothing answers at 127.0.0.1:${port}: start PostgreSQL there, or name another`,
    );
    await expect(failureOf(`postgres://user:s3cret@localhost:${port}/users`)).resolves.toMatch(
      `nothing answers at localhost:${port}`,
    );
  });

  it('says so when the host does not exist', async () => {
    await expect(failureOf('postgres://user:s3cret@db.invalid/users')).resolves.toMatch(
      'nothing answers at db.invalid:5432',
    );
  });

  it('does not wait for ever for a server that accepts connections and does not answer', async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    try {
      await expect(failureOf(`postgres://user:s3cret@127.0.0.1:${port}/users`)).resolves.toMatch(
        /nothing answers/,
      );
    } finally {
      for (const socket of sockets) socket.destroy();
      silent.close();
    }
  });

  describe('of a server that runs', () => {
    const postgres = sharedPostgres();

    const changed = (change: (url: URL) => void): string => {
      const url = new URL(postgres.url);
      change(url);
      return url.href;
    };

    it('tells a wrong password', async () => {
      const url = changed((it) => (it.password = 's3cret'));
      await expect(failureOf(url)).resolves.toMatch(/refuses the user or the password/);
    });

    it('tells a database that does not exist', async () => {
      const url = changed((it) => (it.pathname = '/missing'));
      await expect(failureOf(url, [new URL(url).password])).resolves.toMatch(
        /has no database "missing": make it/,
      );
    });

    it('tells a user who may not make tables', async () => {
      const owner = new Client({ connectionString: postgres.url });
      await owner.connect();
      try {
        await owner.query('revoke create on database users from current_user');
        await expect(failureOf(postgres.url, [new URL(postgres.url).password])).resolves.toMatch(
          /may not make tables .* GRANT CREATE/,
        );
      } finally {
        await owner.query('grant create on database users to current_user');
        await owner.end();
      }
    });
  });
});
