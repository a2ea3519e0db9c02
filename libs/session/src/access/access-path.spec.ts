import { eachRow } from '../../../../tools/testing/each-row.js';
import { segmentsOf } from './access-path.js';

describe('the segments of a path', () => {
  const paths: [target: string, segments: string[]][] = [
    ['/', []],
    ['/?a=b', []],
    ['/orders', ['orders']],
    ['/orders/1?x=/../;%00', ['orders', '1']],
    ["/a-b_c.d~e/!$&'()*+,=:@", ['a-b_c.d~e', "!$&'()*+,=:@"]],
    ['/a%20b/%C3%A9/%3F%23%40', ['a%20b', '%C3%A9', '%3F%23%40']],
    ['/...', ['...']],
    ['/.well-known', ['.well-known']],
  ];

  it('are read from a canonical path without its query', () =>
    eachRow(paths, ([target, segments]) => {
      expect(segmentsOf(target)).toEqual(segments);
    }));

  const octets = Array.from({ length: 256 }, (_, octet) => octet);
  const encoded = (octet: number) => `%${octet.toString(16).toUpperCase().padStart(2, '0')}`;

  /**
   * Returns whether an octet must not be encoded: controls, unreserved characters, separators, invalid UTF-8.
   */
  const isRefused = (octet: number) => {
    const text = String.fromCharCode(octet);
    return octet < 0x20 || octet >= 0x7f || /[A-Za-z0-9\-._~%/\\;]/.test(text);
  };

  it('contain no encoded octet that servers may decode differently', () => {
    const refused = octets.filter((octet) => segmentsOf(`/a${encoded(octet)}b`) === null);
    expect(refused.map(encoded)).toEqual(octets.filter(isRefused).map(encoded));
  });

  it('contain only path characters', () => {
    const allowed = octets.filter(
      (octet) => segmentsOf(`/a${String.fromCharCode(octet)}b`)?.length === 1,
    );
    // The query is cut off.
    expect(String.fromCharCode(...allowed)).toBe(
      "!$&'()*+,-.0123456789:=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~",
    );
  });

  const refused = [
    ...['', 'orders', '*', '//', '/a//b', '/a/', '//a', '/./a', '/a/..', '/a/../b', '/.', '/..'],
    ...['/%2e', '/%2E%2E', '/.%2E/a', '/a%2Fb', '/a%2fb', '/a%5Cb', '/a\\b', '/a;b', '/a%3Bb'],
    ...['/%', '/%2', '/%zz', '/%%', '/%c3%a9', '/%C3', '/%A9', '/%FF', '/%C0%AF', '/%ED%A0%80'],
    ...['/é', '/a b', '/a\tb', '/a\nb', '/a\u0000', '/a#b', '/a?b#c', 'http://host/a', '//host/a'],
    ...['/a|b', '/a"b', '/a<b', '/a{b}', '/a[b]', '/a^b', '/a`b', '/\u212a'],
  ];

  it('are null for a target that is not a canonical path', () =>
    eachRow(refused, (target) => {
      expect(segmentsOf(target)).toBeNull();
    }));

  it('are null for a target longer than 8 KiB, including the query', () => {
    expect(segmentsOf(`/${'a'.repeat(8_191)}`)).toHaveLength(1);
    expect(segmentsOf(`/${'a'.repeat(8_192)}`)).toBeNull();
    expect(segmentsOf(`/a?${'b'.repeat(8_192)}`)).toBeNull();
  });
});
