import { eachRow } from '../../../../tools/testing/each-row';
import { parseJsonBody } from './json-body';

const parse = (text: string) => parseJsonBody(Buffer.from(text));
const nested = (levels: number) => '{"a":'.repeat(levels) + '1' + '}'.repeat(levels);

describe('a JSON body', () => {
  it('is one JSON object, or empty', () => {
    expect(parse('{"a":[{"b":null}]}')).toEqual({ a: [{ b: null }] });
    expect(parse('\ufeff{}')).toEqual({});
    expect(parse('')).toBeUndefined();
  });

  it('is rejected when it is malformed or not an object', async () => {
    await eachRow(['[]', 'null', '1', '"a"', 'true', ' ', '{', '{"a":undefined}'], (text) => {
      expect(() => parse(text)).toThrow(/JSON/);
    });
  });

  it('is rejected when it is not UTF-8', () => {
    expect(() => parseJsonBody(Buffer.from('{"a":"\xff"}', 'latin1'))).toThrow('UTF-8');
    expect(() => parseJsonBody(Buffer.from('{}', 'utf16le'))).toThrow('UTF-8');
  });

  it('may be nested 32 levels deep, and no deeper', () => {
    expect(parse(nested(32))).toBeDefined();
    expect(() => parse(nested(33))).toThrow('at most 32 levels');
    expect(() => parse(`{"a":${'['.repeat(32)}${']'.repeat(32)}}`)).toThrow('at most 32 levels');
    expect(() => parse(nested(100_000))).toThrow('at most 32 levels');
  });

  it('is rejected with an Object.prototype field name at any depth', async () => {
    await eachRow(
      ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '__defineGetter__'],
      (name) => {
        for (const text of [`{"${name}":1}`, `{"a":[[{"b":{"${name}":null}}]]}`]) {
          expect(() => parse(text)).toThrow(`not allowed: ${name}.`);
        }
      },
    );
  });

  it('may contain those names as values', () => {
    expect(parse('{"a":"__proto__"}')).toEqual({ a: '__proto__' });
  });
});
