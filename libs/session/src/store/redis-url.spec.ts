import { eachRow } from '../../../../tools/testing/each-row.js';
import { SessionOptionsError } from '../errors/session-options.error.js';
import { redisNodesOptions, redisUrlOptions } from './redis-url.js';

describe('the URL of a Redis', () => {
  const taken: [url: string, options: object][] = [
    ['redis://127.0.0.1', { host: '127.0.0.1', port: 6379 }],
    ['redis://h:1/', { host: 'h', port: 1 }],
    [
      'redis://ada:a%25b%40c@h:1/3',
      { host: 'h', port: 1, username: 'ada', password: 'a%b@c', db: 3 },
    ],
    [
      'redis://127.0.0.1:6379?keyPrefix=staging:',
      { host: '127.0.0.1', port: 6379, keyPrefix: 'staging:' },
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

  it('is parsed part by part, with numbers as numbers', () =>
    eachRow(taken, ([url, options]) => {
      expect(redisUrlOptions(url)).toEqual(options);
    }));

  const refused: [url: string, reason: RegExp][] = [
    ['', /^REDIS_URL: give a URL such as/],
    ['h:6379', /give a URL such as/],
    ['http://h', /give a URL such as/],
    ['redis://', /name the host/],
    ['redis://ada:s3cret%@h', /write a '%' in the user or the password as '%25'/],
    ['redis://ada:s3cret@h/abc', /'\/abc' is not a database number/],
    ['redis://ada:s3cret@h/-1', /is not a database number/],
    ['redis://ada:s3cret@h?commandTimeout=1s', /commandTimeout: give a whole number/],
    ['redis://ada:s3cret@h?comandTimeout=1', /'comandTimeout' is unknown. Use commandTimeout, /],
  ];

  it('is rejected when a part is invalid, with an error that omits the password', () =>
    eachRow(refused, ([url, reason]) => {
      const read = () => redisUrlOptions(url, 'REDIS_URL');
      expect(read).toThrow(SessionOptionsError);
      expect(read).toThrow(reason);
      expect(read).not.toThrow(/s3cret/);
    }));
});

describe('a list of Redis servers', () => {
  it('is parsed into servers with ports and shared URL parts', () => {
    expect(
      redisNodesOptions('rediss://u:p%2C@a:1/5?keyPrefix=x, b:2,[::1]:3/5', 'servers'),
    ).toEqual({
      nodes: [
        { host: 'a', port: 1 },
        { host: 'b', port: 2 },
        { host: '::1', port: 3 },
      ],
      options: { username: 'u', password: 'p,', db: 5, keyPrefix: 'x', tls: {} },
    });
  });

  const refused: [list: string, message: RegExp][] = [
    ['', /give servers with their ports/],
    ['a', /give servers with their ports/],
    ['a:1,', /give servers with their ports/],
    ['redis://u:secret,x@a:1', /give servers with their ports/],
    ['http://a:1', /give a URL such as/],
    ['a:1/x', /'\/x' is not a database number/],
    ['a:1?nonsense=1', /'nonsense' is unknown. Use commandTimeout/],
    ['redis://:secret%@a:1', /write a '%'/],
    ['a:1/5,b:2/6', /'db' differs between the servers/],
    ['redis://u:secret@a:1,redis://u:other@b:2', /'password' differs between the servers/],
  ];

  it('is rejected when invalid or contradictory, with an error that omits secrets', () =>
    eachRow(refused, ([list, message]) => {
      const read = () => redisNodesOptions(list, 'servers');
      expect(read).toThrow(message);
      expect(read).toThrow(/^servers: (?!.*secret)/);
    }));
});
