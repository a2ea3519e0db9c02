import { demoStory } from './demo-story';
import { welcome } from './welcome';

const urls = {
  auth: 'http://127.0.0.1:8000',
  orders: 'http://127.0.0.1:8001',
  products: 'http://127.0.0.1:8002',
};
const redis = 'redis://127.0.0.1:6390';

describe('welcome', () => {
  it('lists the URLs of the services and Redis, and the users command', () => {
    const text = welcome({ urls, redis, hasDemoUsers: true });

    for (const url of Object.values(urls)) expect(text).toContain(`${url}/docs`);
    expect(text).toContain(redis);
    expect(text).toContain('npm run users -- list');
  });

  it('prints every call of the story with its expected status', () => {
    const lines = welcome({ urls, redis, hasDemoUsers: true }).split('\n');

    for (const { title, status, command } of demoStory(urls)) {
      const place = lines.indexOf(`  ${command}`, lines.indexOf(`  # ${title}: ${status}`));
      expect(lines[place - 1]).toBe(`  # ${title}: ${status}`);
    }
  });

  it('prints where to watch the live feeds', () => {
    const text = welcome({ urls, redis, hasDemoUsers: true });

    expect(text).toContain(` ${urls.orders}/try `);
    expect(text).toContain(`curl -N -b alice.cookies ${urls.orders}/orders/stream`);
  });

  it('is safe to paste into a shell without interactive comments', () => {
    const comments = welcome({ urls, redis, hasDemoUsers: true }).match(/^ {2}#.*$/gm);

    expect(comments).toHaveLength(demoStory(urls).length);
    for (const comment of comments ?? []) expect(comment).toMatch(/^ {2}# [a-z ]+: \d{3}$/);
  });

  it('explains why calls of the story that bypass the gateway are rejected', () => {
    const options = { urls, redis, hasDemoUsers: true };

    expect(welcome({ ...options, needsGateway: true })).toContain(
      'docs/recipes/behind-a-gateway.md',
    );
    expect(welcome(options)).not.toContain('gateway');
  });

  it('omits the story without the demo users', () => {
    const text = welcome({ urls, redis, hasDemoUsers: false });

    expect(text).not.toContain('alice');
    expect(text).toContain(`${urls.auth}/docs`);
  });
});
