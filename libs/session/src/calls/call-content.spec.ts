import { eachRow } from '../../../../tools/testing/each-row.js';
import {
  actionOf,
  type CalledMessage,
  type CalledUrl,
  contentOf,
  digestOf,
} from './call-content.js';

const digest = (call: CalledMessage | CalledUrl) => digestOf(contentOf(call));

describe('the signed content of a call', () => {
  it('contains the same message pattern, however the transport writes it', () =>
    eachRow(
      [
        { cmd: 'find', of: 'tea' },
        { of: 'tea', cmd: 'find' },
        '{"cmd":"find","of":"tea"}',
        '{ "of": "tea", "cmd": "find" }',
      ],
      (pattern) => {
        expect(actionOf(pattern)).toBe('{"cmd":"find","of":"tea"}');
      },
    ));

  it('contains a text pattern as it is, and a number as text', () => {
    expect(actionOf('products.find')).toBe('products.find');
    expect(actionOf('{not JSON')).toBe('{not JSON');
    expect(actionOf(7)).toBe(actionOf('7'));
  });

  it('contains the method, path and query of a request', () => {
    const url = 'https://products.example:4002/prices/a%20b?of=tea#x';
    expect(contentOf({ url }).action).toBe('GET /prices/a%20b?of=tea');
    expect(contentOf({ method: 'post', url: new URL(url) }).action).toMatch(/^POST \/prices/);
  });

  it('is the same for every order of the data members', () => {
    const one = digest({ pattern: 'x', data: { b: [1, { d: 2, c: 3 }], a: null } });
    expect(digest({ pattern: 'x', data: { a: null, b: [1, { c: 3, d: 2 }] } })).toBe(one);
  });

  it('contains the data as JSON serializes it', () => {
    const data = { at: new Date(0), none: undefined, list: [undefined], size: -0, big: 1e21 };
    const received = { at: '1970-01-01T00:00:00.000Z', list: [null], size: 0, big: 1e21 };
    expect(digest({ pattern: 'x', data })).toBe(digest({ pattern: 'x', data: received }));
  });

  it('differs whenever the data differs', () => {
    const different: unknown[] = [
      ...[undefined, null, '', '""', 0, false, '0', 'null', [], {}, [[]], [{}], [null]],
      ...[{ a: 1 }, { a: '1' }, { b: 1 }, { a: { b: 1 } }, { a: [1] }, { '': 1 }],
      ...[
        { 1: 2, 10: 3 },
        { 10: 2, 1: 3 },
        JSON.parse('{"__proto__":1}') as unknown,
        'é',
        'e\u0301',
      ],
    ];
    const digests = different.map((data) => digest({ pattern: 'x', data }));
    expect(new Set(digests).size).toBe(different.length);
  });

  it('has the same digest in every language (RFC 8785)', () => {
    // printf '%s' '{"1":[],"10":"é\n","a":1.5,"b":null}' | openssl sha256 -binary | basenc --base64url
    const data = { b: null, a: 1.5, 10: 'é\n', 1: [] };
    expect(digest({ pattern: 'x', data })).toBe('dvqBKdBZcEz7KRPEio2HOM6SAaak7RdmeY_XaPcKFGU');
  });
});
