import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host';
import fc from 'fast-check';
import { fuzzed } from '../../../../tools/testing/fuzzed.js';
import { hostileJson, jsonObject } from '../../test-support/fuzzed-records.js';
import { openMessage } from './message-request.js';

const HEADERS = ['authorization', 'x-session-call'];

/** Returns a message with this data, as Nest passes it to a guard. */
function messageOf(data: unknown, carrier: object = {}): ExecutionContextHost {
  const context = new ExecutionContextHost([data, carrier]);
  context.setType('rpc');
  return context;
}

const member = fc.tuple(
  fc.constantFrom('@session', 'data', '__proto__', 'constructor', 'authorization'),
  fc.oneof(
    hostileJson,
    fc
      .array(fc.tuple(fc.constantFrom(...HEADERS, '__proto__', 'cookie'), hostileJson), {
        maxLength: 5,
      })
      .map(jsonObject),
  ),
);
const data = fc
  .oneof(hostileJson, fc.json(), fc.array(member, { maxLength: 5 }).map(jsonObject))
  .map((json): unknown => JSON.parse(json));

describe('any message', () => {
  it('yields only known headers, which are text or undefined', () => {
    const before = Reflect.ownKeys(Object.prototype);
    fc.assert(
      fc.property(data, (given) => {
        const { headers } = openMessage(messageOf(given));
        expect(Object.keys(headers).sort()).toEqual(
          Object.keys(headers).length === 0 ? [] : HEADERS,
        );
        for (const value of Object.values(headers)) {
          expect(['string', 'undefined']).toContain(typeof value);
        }
        expect(Reflect.ownKeys(Object.prototype)).toEqual(before);
      }),
      fuzzed(300),
    );
  });

  it('passes the data of its envelope to the handler, or all data without an envelope', () => {
    fc.assert(
      fc.property(data, (given) => {
        const context = messageOf(given);
        openMessage(context);
        const isEnvelope =
          typeof given === 'object' && given !== null && Object.hasOwn(given, '@session');
        expect(context.getArgByIndex(0)).toBe(
          isEnvelope ? (given as { data?: unknown }).data : given,
        );
      }),
      fuzzed(300),
    );
  });
});
