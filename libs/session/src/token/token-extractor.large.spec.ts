import { runInNewContext } from 'node:vm';
import { eachRow } from '../../../../tools/testing/each-row.js';
import { AmbiguousTokenError } from '../errors/ambiguous-token.error.js';
import { SessionOptions } from '../options/session.options.js';
import { MemorySessionStore } from '../testing/memory-session.store.js';
import { TokenExtractor } from './token-extractor.js';
import type { TokenHeaders } from './token-headers.js';

const extractor = new TokenExtractor(new SessionOptions({ store: new MemorySessionStore() }));

describe('a header crafted to be slow', () => {
  const megabytes = 4_000_000;

  it('is read in linear time', async () => {
    const rows: [what: string, headers: TokenHeaders][] = [
      ['the name over and over', { cookie: '__Host-sid='.repeat(megabytes / 11) }],
      ['the name as part of other names', { cookie: 'x__Host-sid=;'.repeat(megabytes / 13) }],
      ['spaces', { cookie: ' '.repeat(megabytes) }],
      ['spaces, then the name', { cookie: `a${' '.repeat(megabytes)}__Host-sid=x` }],
      ['the name, then spaces', { cookie: `__Host-sid=${' '.repeat(megabytes)}x` }],
      ['spaces between names', { cookie: `a${'  __Host-sid='.repeat(megabytes / 13)}` }],
      ['semicolons', { cookie: ';'.repeat(megabytes) }],
      ['semicolons and spaces', { cookie: '; '.repeat(megabytes / 2) }],
      ['a value', { cookie: `__Host-sid=${'A'.repeat(megabytes)}` }],
      ['Bearer and spaces', { authorization: `Bearer${' '.repeat(megabytes)}` }],
      ['Bearer, spaces and a line feed', { authorization: `Bearer${' '.repeat(megabytes)}\n` }],
      ['Bearer over and over', { authorization: 'Bearer '.repeat(megabytes / 7) }],
      ['a bearer token', { authorization: `Bearer ${'A'.repeat(megabytes)}` }],
    ];
    await eachRow(
      rows,
      ([, headers]) => {
        // Reading in quadratic time would take hours; the limit ends it.
        const outcome: unknown = runInNewContext(
          'extract()',
          { extract: () => extractor.extract(headers) },
          { timeout: 10_000 },
        );

        // Compared here, because printing a difference of megabytes takes long.
        expect(outcome === null).toBe(true);
      },
      ([what]) => what,
    );
  });

  it('with thousands of session cookies is read in linear time, and is ambiguous', () => {
    const cookie = '__Host-sid=x;'.repeat(megabytes / 13);
    const extract = () => {
      runInNewContext(
        'extract()',
        { extract: () => extractor.extract({ cookie }) },
        { timeout: 10_000 },
      );
    };

    expect(extract).toThrow(AmbiguousTokenError);
  });
});
