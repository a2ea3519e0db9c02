import { eachRow } from '../../../../tools/testing/each-row';
import { SessionOptionsError } from '../errors/session-options.error';
import { redisUrlOptions } from './redis-url';

describe('the URL of a Redis', () => {
  const taken: [url: string, options: object][] = [
    ['redis://127.0.0.1', { host: '127.0.0.1', port: 6379 }],
    ['redis://h:1/', { host: 'h', port: 1 }],
    [
      'redis://ada:a%25b%40c@h:1/3',
      { host: 'h', port: 1, username: 'ada', password: 'a%b@c', db: 3 },
    ],
    ['redis://:secret@h', { host: 'h', port: 6379, password: 'secret' }],
    ['redis://[::1]:1', { host: '::1', port: 1 }],
    ['rediss://h', { host: 'h', port: 6379, tls: { servername: 'h' } }],
    ['rediss://10.0.0.1', { host: '10.0.0.1', port: 6379, tls: {} }],
    [
      'redis://h?commandTimeout=500&connectTimeout=1000&socketTimeout=2000&keyPrefix=a%3A',
      {
        host: 'h',
        port: 6379,
        commandTimeout: 500,
        connectTimeout: 1_000,
        socketTimeout: 2_000,
        keyPrefix: 'a:',
      },
    ],
  ];

  it('is read part by part, numbers as numbers', () =>
    eachRow(taken, ([url, options]) => {
      expect(redisUrlOptions(url)).toEqual(options);
    }));

  const refused: [url: string, reason: RegExp][] = [
    ['', /^REDIS_URL: give a URL such as/],
    ['h:6379', /give a URL such as/],
    ['http://h', /give a URL such as/],
    ['redis://', /name the host/],
    ['redis://ada:s3cret%@h', /write a '%' in the user or the password as '%25'/],
    ['redis://ada:s3cret@h/abc', /'\/abc' is no number of a database/],
    ['redis://ada:s3cret@h/-1', /is no number of a database/],
    ['redis://ada:s3cret@h?commandTimeout=1s', /commandTimeout: give a whole number/],
    ['redis://ada:s3cret@h?comandTimeout=1', /'comandTimeout' is none of commandTimeout, /],
  ];

  it('is refused where a part of it is not understood, without its password', () =>
    eachRow(refused, ([url, reason]) => {
      const read = () => redisUrlOptions(url, 'REDIS_URL');
      expect(read).toThrow(SessionOptionsError);
      expect(read).toThrow(reason);
      expect(read).not.toThrow(/s3cret/);
    }));
});
