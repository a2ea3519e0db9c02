import { eachRow } from '../../../../tools/testing/each-row';
import { parseDatabaseUrl } from './database-url';
import { failureOf } from './testing/failure-of';

describe('DATABASE_URL', () => {
  it.each([
    ['postgres://user:s3cret@db.example:6543/people', 'db.example:6543', 'people'],
    ['postgresql://user:s3cret@db.example/people', 'db.example:5432', 'people'],
  ])('splits %s into address and database name', (url, address, database) => {
    expect(parseDatabaseUrl(url)).toMatchObject({ address, database });
  });

  it('is rejected without revealing secrets when it is not a PostgreSQL URL', async () => {
    const urls = [
      '',
      'localhost:5432',
      'mysql://user:s3cret@localhost/users',
      'http://user:s3cret@localhost/users',
      'postgres://user:s3cret@local host/users',
      'postgres://user:s3cret%@localhost/users?sslmode=require&sslcert=/missing/s3cret.pem',
    ];
    await eachRow(urls, (url) =>
      expect(failureOf(url)).resolves.toMatch(/^DATABASE_URL: must be a PostgreSQL URL/),
    );
  });
});
