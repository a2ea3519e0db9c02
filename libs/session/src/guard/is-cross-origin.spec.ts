import { eachRow } from '../../../../tools/testing/each-row.js';
import { isCrossOrigin, type PageHeaders } from './is-cross-origin.js';

const TRUSTED = new Set(['https://app.example.com']);

describe('isCrossOrigin()', () => {
  const rows: [isForeign: boolean, headers: PageHeaders][] = [
    [false, {}],
    [false, { 'sec-fetch-site': 'same-origin' }],
    [false, { 'sec-fetch-site': 'none' }],
    [true, { 'sec-fetch-site': 'same-site' }],
    [true, { 'sec-fetch-site': 'cross-site' }],
    [true, { 'sec-fetch-site': 'same-origin, cross-site' }],
    [true, { 'sec-fetch-site': '' }],
    // The page that the browser reports decides, not the host to which the browser may have been led.
    [
      true,
      {
        'sec-fetch-site': 'cross-site',
        origin: 'https://auth.example.com',
        host: 'auth.example.com',
      },
    ],
    [false, { 'sec-fetch-site': 'cross-site', origin: 'https://app.example.com' }],
    [true, { 'sec-fetch-site': 'cross-site', origin: 'https://app.example.com.evil.example' }],
    [false, { origin: 'https://auth.example.com', host: 'auth.example.com' }],
    [false, { origin: 'https://auth.example.com', host: 'AUTH.example.com:443' }],
    [false, { origin: 'http://localhost:3000', host: 'localhost:3000' }],
    [true, { origin: 'http://localhost:3001', host: 'localhost:3000' }],
    [true, { origin: 'https://evil.example', host: 'auth.example.com' }],
    [true, { origin: 'null', host: 'auth.example.com' }],
    [true, { origin: '', host: 'auth.example.com' }],
    [true, { origin: 'https://auth.example.com' }],
    [true, { origin: 'https://undefined' }],
    [true, { origin: 'file:///tmp/page', host: 'auth.example.com' }],
    [true, { origin: 'file:///', host: '' }],
    [true, { origin: 'https://auth.example.com', host: 'auth example.com' }],
    [false, { origin: 'https://app.example.com', host: 'auth.example.com' }],
  ];

  it('follows the headers that the browser sets', () =>
    eachRow(rows, ([isForeign, headers]) => {
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'get', 'QUERY']) {
        expect([method, isCrossOrigin(method, headers, TRUSTED)]).toEqual([method, isForeign]);
      }
    }));

  it('is false for safe methods', () => {
    for (const method of ['GET', 'HEAD', 'OPTIONS']) {
      expect(isCrossOrigin(method, { 'sec-fetch-site': 'cross-site' }, TRUSTED)).toBe(false);
    }
  });
});
