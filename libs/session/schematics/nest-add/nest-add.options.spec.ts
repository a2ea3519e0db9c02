import { eachRow } from '../../../../tools/testing/each-row';
import { isServiceName } from '../../src/common/service-name';
import { redisUrlOptions } from '../../src/store/redis-url';
import { checkedOptions } from './nest-add.options';

describe('the flags of nest add', () => {
  it('have defaults that need no question', () => {
    expect(checkedOptions({})).toEqual({
      role: undefined,
      redisUrl: 'redis://127.0.0.1:6379',
      service: undefined,
      project: undefined,
      sourceRoot: undefined,
      skipInstall: false,
    });
  });

  it('treat an empty answer like a flag that is left out', () => {
    expect(checkedOptions({ role: '', redisUrl: '', service: '' })).toEqual(checkedOptions({}));
  });

  it('have short forms, as the Nest CLI passes them on', () => {
    expect(checkedOptions({ p: 'orders', s: true })).toMatchObject({
      project: 'orders',
      skipInstall: true,
    });
  });

  it('reject what the command line turned into a number or a boolean', () =>
    eachRow(
      [
        [{ role: 0 }, '--role must be text, got 0'],
        [{ role: true }, '--role must be text, got true'],
        [{ redisUrl: 6379 }, '--redis-url must be text, got 6379'],
        [{ service: false }, '--service must be text, got false'],
        [{ project: true }, '--project must be text, got true'],
      ] as const,
      ([flags, message]) => {
        expect(() => checkedOptions(flags)).toThrow(message);
      },
    ));

  it('accept roles with colons, blanks inside and quotes', () =>
    eachRow(['orders', 'orders:write', 'orders *', "o'brien", 'größe'], (role) => {
      expect(checkedOptions({ role }).role).toBe(role);
    }));

  it('reject a role with spaces at its ends or a control character', () =>
    eachRow([' orders', 'orders ', ' ', '\torders', 'or\nders', 'or\u0007ders'], (role) => {
      expect(() => checkedOptions({ role })).toThrow('--role must not start or end with a space');
    }));

  it('accept addresses that the library accepts', () =>
    eachRow(
      [
        'redis://127.0.0.1:6379',
        'rediss://redis.internal:6380/2',
        'redis://[::1]:6379',
        'redis://orders@redis?connectTimeout=500',
      ],
      (redisUrl) => {
        expect(checkedOptions({ redisUrl }).redisUrl).toBe(redisUrl);
        expect(redisUrlOptions(redisUrl)).toHaveProperty('host');
      },
    ));

  it('reject addresses that the library rejects', () =>
    eachRow(
      ['localhost', 'http://127.0.0.1:6379', 'redis://', 'redis://127.0.0.1:port'],
      (redisUrl) => {
        expect(() => checkedOptions({ redisUrl })).toThrow('--redis-url must be a URL');
        expect(() => redisUrlOptions(redisUrl)).toThrow();
      },
    ));

  it('reject an address with a blank, which would end a line of .env.example', () =>
    eachRow([' redis://redis', 'redis://redis\nNODE_ENV=test'], (redisUrl) => {
      expect(() => checkedOptions({ redisUrl })).toThrow('--redis-url must be a URL');
    }));

  it('reject a password, and keep it out of the message', () => {
    const redisUrl = 'redis://orders:s3cret@redis:6379';
    const message = (() => {
      try {
        checkedOptions({ redisUrl });
      } catch (error) {
        return (error as Error).message;
      }
      return '';
    })();
    expect(message).toContain('--redis-url must not contain a password');
    expect(message).not.toContain('s3cret');
  });

  it('accept the service names that the library accepts, and no other', () =>
    eachRow(['orders', 'orders-2', 'Orders', 'orders_2', '-orders', 'a--b', 'a b'], (service) => {
      const check = () => checkedOptions({ service });
      if (isServiceName(service)) expect(check().service).toBe(service);
      else expect(check).toThrow('--service must consist of lower-case letters');
    }));
});
