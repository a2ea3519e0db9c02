import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';

interface Compose {
  services: Record<string, { image: string; ports: string[]; environment?: object }>;
}

describe('docker/compose.yaml', () => {
  it('runs the documented Redis and PostgreSQL, published on loopback only', async () => {
    const { services } = parse(await readFile('docker/compose.yaml', 'utf8')) as Compose;
    const operations = await readFile('docs/recipes/run-with-compose.md', 'utf8');
    expect(Object.keys(services)).toEqual(['redis', 'postgres']);
    for (const { ports } of Object.values(services)) {
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:(\d+):\1$/);
    }
    const { POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB } = services.postgres
      ?.environment as Record<string, string>;
    expect(operations).toContain('REDIS_URL=redis://127.0.0.1:6379');
    expect(operations).toContain(
      `postgres://${POSTGRES_USER}:${POSTGRES_PASSWORD}@127.0.0.1:5432/${POSTGRES_DB}`,
    );
  });
});
