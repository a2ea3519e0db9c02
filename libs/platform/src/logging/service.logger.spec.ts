import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { Logger } from '@nestjs/common';
import { context, propagation, trace } from '@opentelemetry/api';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { firstValueFrom, of } from 'rxjs';
import { eachRow } from '../../../../tools/testing/each-row';
import { ServiceEnvironment } from '../environment/service.environment';
import { printable } from './printable';
import { readable } from './readable';
import { ServiceLogger } from './service.logger';

type Line = Record<string, unknown>;

/** Texts that a client may choose and a message may hold. */
const HOSTILE = [
  'a\r\n{"level":"info"}',
  'b\u001b[31mred\u0007',
  'c\u2028d\u2029e\u0085f',
  'g\u0000h\u007f\u009b2J',
  'i\ud800j\udc00',
  'k\u202egnp.exe\u2066',
  '"},{"',
  '%s %o %j %',
];

// eslint-disable-next-line no-control-regex -- the pattern matches control characters
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/;

describe('the logger of a service', () => {
  const written: string[] = [];
  const environment = Object.assign(new ServiceEnvironment(), { TRUST_PROXY: true });
  // One logger for the file: nestjs-pino has one root logger per process.
  const service = new ServiceLogger('orders', environment, {
    write: (line) => {
      written.push(line);
    },
  });
  const logger = new Logger('Tea');

  beforeAll(() => {
    Logger.overrideLogger(service);
  });
  afterAll(() => {
    Logger.overrideLogger(['log']);
  });
  beforeEach(() => {
    written.length = 0;
  });

  const lines = () => written.map((line) => JSON.parse(line) as Line);
  const last = () => lines().at(-1);

  it('writes one JSON object a line, with the level as a word and the time in UTC', () => {
    logger.warn('the tea is cold');
    expect(written).toHaveLength(1);
    expect(written[0]).toMatch(/^\{.*\}\n$/);
    expect(last()).toEqual({
      level: 'warn',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
      service: 'orders',
      context: 'Tea',
      msg: 'the tea is cold',
    });
  });

  it('writes the fields of an object as fields of the line', () => {
    logger.log({ event: 'tea.ready', cups: 2 });
    expect(last()).toMatchObject({ level: 'info', context: 'Tea', event: 'tea.ready', cups: 2 });
  });

  it('omits entries below its level, and the route mappings of Nest', () => {
    logger.debug('steam');
    new Logger('RouterExplorer').log('Mapped {/tea, GET} route');
    expect(written).toEqual([]);
  });

  it('writes the message, code and cause of an error, but not its other properties', () => {
    const cause = Object.assign(new Error('WRONGTYPE'), {
      command: { name: 'get', args: ['the-argument'] },
    });
    const error = Object.assign(new TypeError('no tea', { cause }), {
      code: 'ENOTEA',
      parameters: ['the-parameter'],
      config: { headers: { authorization: 'the-header' } },
    });
    logger.error(error);
    expect(last()).toMatchObject({
      level: 'error',
      err: {
        type: 'TypeError',
        message: 'no tea',
        code: 'ENOTEA',
        stack: expect.stringContaining('service.logger.spec') as string,
        cause: { type: 'Error', message: 'WRONGTYPE' },
      },
    });
    expect(written.join()).not.toMatch(/the-(argument|parameter|header)/);
  });

  it('writes no value of a secret field, however deep', async () => {
    await eachRow(
      [
        'authorization',
        'Authorization',
        'cookie',
        'Set-Cookie',
        'password',
        'currentPassword',
        'newPassword',
        'passwordHash',
        'token',
        'secret',
        'x-session-call',
        'X-Session-Identity',
      ],
      (name) => {
        written.length = 0;

        logger.log({
          [name]: 'canary',
          a: { [name]: ['canary'], b: [{ c: { [name]: 'canary' } }] },
        });
        expect(written.join()).not.toContain('canary');
        expect(last()).toMatchObject({ [name]: '[secret]', a: { [name]: '[secret]' } });
      },
    );
  });

  it('redacts a request that is logged as a whole', () => {
    const request = new IncomingMessage(new Socket());
    request.url = '/tea?token=canary';
    request.headers = { authorization: 'Bearer canary' };
    request.rawHeaders = ['Authorization', 'Bearer canary'];
    Object.assign(request, { body: { password: 'canary' } });
    logger.log({ request, response: new ServerResponse(request), raw: { request } });
    logger.log({ headers: request.headers, bytes: Buffer.from('canary') });
    expect(written).toHaveLength(2);
    expect(written.join()).not.toContain('canary');
    expect(written.join()).not.toContain(Buffer.from('canary').join());
  });

  it('truncates values that are circular, deep or long', () => {
    const circle: Line = { long: Array.from({ length: 10_000 }, () => 'x') };
    circle.circle = circle;
    logger.log(circle);
    expect(written).toHaveLength(1);
    expect(written[0]?.length).toBeLessThan(10_000);
  });

  it('adds the trace to lines within a span, and to no others', async () => {
    const provider = new NodeTracerProvider();
    provider.register();
    const tracer = trace.getTracer('tests');
    const { traceId, spanId } = tracer.startActiveSpan('tea', (span) => {
      logger.log('within');
      return span.spanContext();
    });
    logger.log('after');
    expect(lines()).toMatchObject([{ msg: 'within', traceId, spanId }, { msg: 'after' }]);
    expect(last()).not.toHaveProperty('traceId');
    expect(last()).not.toHaveProperty('spanId');
    trace.disable();
    context.disable();
    propagation.disable();
    await provider.shutdown();
  });

  it('prevents hostile text from forging a line, in JSON and in readable output', async () => {
    await eachRow(HOSTILE, (text) => {
      written.length = 0;

      logger.log(text);
      logger.log({ event: text, [text]: text });
      logger.error(Object.assign(new Error(text), { stack: `Error: ${text}\n    at x:1:1` }));
      expect(written).toHaveLength(3);
      for (const line of written.map((it) => printable(it))) {
        expect(line.slice(0, -1)).not.toMatch(CONTROL);
        expect(JSON.parse(line)).toMatchObject({ service: 'orders', context: 'Tea' });
      }
      const shown = written.map((it) => readable(false)(it));
      for (const line of shown.flatMap((it) => it.trimEnd().split('\n'))) {
        expect(line).not.toMatch(CONTROL);
        // A log line begins with the time; its continuation lines are indented.
        expect(line).toMatch(/^(\[[\d:.]+\] (INFO|ERROR): \[Tea\] | {4})/);
      }
    });
  });

  it('preserves any text in JSON', () => {
    for (const text of HOSTILE) {
      logger.log(text);
      const line = printable(written.at(-1) ?? '');
      expect((JSON.parse(line) as Line).msg).toBe(text);
    }
  });

  it('adds the request to its log lines, and not to later ones', async () => {
    const response = new ServerResponse(new IncomingMessage(new Socket()));
    const headers = { 'x-request-id': 'r-1' };
    await new Promise<void>((resolve) => {
      service.follow({ headers, ip: '192.0.2.1', method: 'GET' }, response, () => {
        setImmediate(() => {
          logger.log('within');
          resolve();
        });
      });
    });
    logger.log('after');
    expect(response.getHeader('X-Request-Id')).toBe('r-1');
    expect(lines()).toMatchObject([
      { msg: 'within', request: { id: 'r-1', address: '192.0.2.1', method: 'GET' } },
      { msg: 'after' },
    ]);
    expect(last()).not.toHaveProperty('request');
  });

  it('adds an id to the log lines of a message', async () => {
    const handler = () => {
      logger.log('within');
      return of('answer');
    };
    expect(await firstValueFrom(service.followMessage(undefined as never, handler))).toBe('answer');
    expect(last()).toMatchObject({ request: { id: expect.any(String) as string } });
  });

  it('adds the request for an upgrade, without the address of the proxy', () => {
    const request = new IncomingMessage(new Socket());
    request.method = 'GET';
    request.headers['x-request-id'] = 'r-2';
    service.aboutUpgrade(request, () => {
      logger.log('within');
    });
    expect(last()).toMatchObject({ request: { id: 'r-2', address: null, method: 'GET' } });
  });
});
