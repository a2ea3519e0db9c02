import { eachRow } from '../../../../tools/testing/each-row.js';
import { InvalidSessionError } from '../errors/invalid-session.error.js';
import { jsonFormOf } from './json-form.js';

class Point {
  constructor(readonly x: number) {}
}

describe('jsonFormOf', () => {
  it('returns the form that services read later', () => {
    const given = {
      ...{ none: null, missing: undefined, flag: false, list: [1, 'two', null], empty: {} },
      ...{ at: new Date(0), point: new Point(1), nowhere: Object.create(null) as object },
    };

    expect(Object.entries(jsonFormOf('data', given))).toEqual([
      ...Object.entries({ none: null, flag: false, list: [1, 'two', null], empty: {} }),
      ...Object.entries({ at: '1970-01-01T00:00:00.000Z', point: { x: 1 }, nowhere: {} }),
    ]);
  });

  it('returns a copy', () => {
    const given = { list: [1] };
    const form = jsonFormOf('data', given);

    given.list.push(2);

    expect(form).toEqual({ list: [1] });
  });

  it('rejects a value of which JSON loses something, and names the place', () =>
    eachRow<[value: unknown, problem: string]>(
      [
        [{ total: NaN }, "'data' has at 'total' NaN"],
        [{ cart: { total: -Infinity } }, "'data' has at 'total' -Infinity"],
        [{ list: [undefined] }, "'data' has at '0' undefined"],
        [{ act: () => 1 }, "'data' has at 'act' a function"],
        [{ mark: Symbol('x') }, "'data' has at 'mark' a symbol"],
        [{ cart: new Map([['tea', 1]]) }, "'data' has at 'cart' a Map"],
        [{ cart: new Set(['tea']) }, "'data' has at 'cart' a Set"],
        [Promise.resolve({ cart: 1 }), "'data' is a Promise"],
        [() => ({}), "'data' is a function"],
      ],
      ([value, problem]) => {
        const convert = () => jsonFormOf('data', value as object);
        expect(convert).toThrow(InvalidSessionError);
        expect(convert).toThrow(`${problem}. Give only values that JSON can hold.`);
      },
      ([, problem]) => problem,
    ));

  it('rejects a loop, a bigint and a value that is nested too deep', () => {
    const loop: Record<string, unknown> = {};
    loop.self = loop;
    const nested = (levels: number): object => (levels === 1 ? {} : { inner: nested(levels - 1) });

    expect(() => jsonFormOf('user', loop)).toThrow(/'user' cannot be written .*TypeError/);
    expect(() => jsonFormOf('user', { big: 1n })).toThrow(/'user' cannot be written .*BigInt/);
    expect(() => jsonFormOf('data', nested(501))).toThrow(/'data' .*deeper than 500 levels/);
    expect(() => jsonFormOf('data', nested(10_000))).toThrow(InvalidSessionError);
    expect(() => jsonFormOf('data', nested(500))).not.toThrow();
  });

  it('treats the name of a prototype like any other', () => {
    const given = JSON.parse('{"__proto__":{"admin":true}}') as object;

    const form = jsonFormOf('user', given);

    expect(Object.keys(form)).toEqual(['__proto__']);
    expect((form as { admin?: boolean }).admin).toBeUndefined();
  });
});
