import { eachRow } from '../../../../tools/testing/each-row.js';
import { fieldsOf, sampleSession } from '../../test-support/sample-session.js';
import { decodeSession, encodeSession } from './session-record.js';
import { malformedRecords, withFields } from './test-support/malformed-records.js';

describe('decodeSession', () => {
  it('returns null for a malformed record', () =>
    eachRow(
      malformedRecords,
      ([, record]) => {
        const session = sampleSession();
        expect(decodeSession(session.id, record(session))).toBeNull();
      },
      ([what]) => what,
    ));

  it('accepts a record with unknown fields', () => {
    const session = sampleSession();
    const record = withFields({ region: 'eu', __proto__: 'x' })(session);

    expect(fieldsOf(decodeSession(session.id, record))).toEqual(fieldsOf(session));
  });

  it('accepts a large record', () => {
    const session = sampleSession({ data: { note: 'x'.repeat(1_000_000) } });

    expect(decodeSession(session.id, encodeSession(session))?.data).toEqual(session.data);
  });

  it('grants no role through a prototype', () => {
    const session = sampleSession({ roles: [] });
    const data = '{"__proto__":{"roles":["admin"],"admin":true}}';
    const record = withFields({ data: null })(session).replace('"data":null', `"data":${data}`);

    const read = decodeSession(session.id, record);

    expect(read?.roles).toEqual([]);
    expect(read?.hasRole('admin')).toBe(false);
    expect((read?.data as { admin?: boolean }).admin).toBeUndefined();
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });
});
