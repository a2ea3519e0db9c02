import { eachRow } from '../../../../tools/testing/each-row';
import { withRedisUrl } from './env-example';

const add = (text: string) => withRedisUrl(text, 'redis://redis:6379');

describe('withRedisUrl', () => {
  it('appends a line to what is there', () =>
    eachRow(
      [
        ['', 'REDIS_URL=redis://redis:6379\n'],
        ['PORT=3000\n', 'PORT=3000\nREDIS_URL=redis://redis:6379\n'],
        ['PORT=3000', 'PORT=3000\nREDIS_URL=redis://redis:6379\n'],
        ['PORT=3000\r\n', 'PORT=3000\r\nREDIS_URL=redis://redis:6379\r\n'],
        ['# REDIS_URL=\n', '# REDIS_URL=\nREDIS_URL=redis://redis:6379\n'],
        ['MY_REDIS_URL=x\n', 'MY_REDIS_URL=x\nREDIS_URL=redis://redis:6379\n'],
      ] as const,
      ([text, expected]) => {
        expect(add(text)).toBe(expected);
      },
    ));

  it('keeps a text that sets the variable', () =>
    eachRow(['REDIS_URL=', 'PORT=1\nREDIS_URL=x\n', ' export REDIS_URL = x', add('')], (text) => {
      expect(add(text)).toBe(text);
    }));
});
