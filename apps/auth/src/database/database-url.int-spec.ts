import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { Client } from 'pg';
import { freePort } from './embedded/free-port';
import { sharedPostgres } from './testing/every-postgres';
import { failureOf } from './testing/failure-of';

describe('DATABASE_URL', () => {
  it('names the host and port when no server answers', async () => {
    const port = await freePort();
    await expect(failureOf(`postgres://user:s3cret@127.0.0.1:${port}/users`)).resolves.toBe(
      `DATABASE_URL: no server answers at 127.0.0.1:${port}: start PostgreSQL there, or set another address`,
    );
    await expect(failureOf(`postgres://user:s3cret@localhost:${port}/users`)).resolves.toMatch(
      `no server answers at localhost:${port}`,
    );
  });

  it('reports a host that does not exist', async () => {
    await expect(failureOf('postgres://user:s3cret@db.invalid/users')).resolves.toMatch(
      'no server answers at db.invalid:5432',
    );
  });

  it('times out on a server that accepts connections but does not answer', async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    try {
      await expect(failureOf(`postgres://user:s3cret@127.0.0.1:${port}/users`)).resolves.toMatch(
        /no server answers/,
      );
    } finally {
      for (const socket of sockets) socket.destroy();
      silent.close();
    }
  });

  describe('of a running server', () => {
    const postgres = sharedPostgres();

    const changed = (change: (url: URL) => void): string => {
      const url = new URL(postgres.url);
      change(url);
      return url.href;
    };

    it('reports a wrong password', async () => {
      const url = changed((it) => (it.password = 's3cret'));
      await expect(failureOf(url)).resolves.toMatch(/rejects the user or the password/);
    });

    it('reports a database that does not exist', async () => {
      const url = changed((it) => (it.pathname = '/missing'));
      await expect(failureOf(url, [new URL(url).password])).resolves.toMatch(
        /has no database "missing": create it/,
      );
    });

    it('reports a user without permission to create tables', async () => {
      const owner = new Client({ connectionString: postgres.url });
      await owner.connect();
      try {
        await owner.query('revoke create on database users from current_user');
        await expect(failureOf(postgres.url, [new URL(postgres.url).password])).resolves.toMatch(
          /may not create tables .* grant it CREATE/,
        );
      } finally {
        await owner.query('grant create on database users to current_user');
        await owner.end();
      }
    });
  });
});
