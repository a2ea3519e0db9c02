import { decodeReport, encodeReport } from './instance-report.js';
import { SAMPLE_REPORT } from './test-support/sample-report.js';

const NOW = Date.UTC(2026, 0, 1);
const REPORT = { instance: 'host:1', at: NOW, ...SAMPLE_REPORT };

describe('a report of an instance', () => {
  it('is decoded as it was encoded', () => {
    expect(decodeReport(encodeReport(REPORT), NOW)).toEqual(REPORT);
    const bare = { ...REPORT, nearCache: null };
    expect(decodeReport(encodeReport(bare), NOW)).toEqual(bare);
  });

  it('counts for a minute, by either of two clocks', () => {
    const json = encodeReport(REPORT);
    expect(decodeReport(json, NOW + 59_000)).not.toBeNull();
    expect(decodeReport(json, NOW - 59_000)).not.toBeNull();
    expect(decodeReport(json, NOW + 61_000)).toBeNull();
    expect(decodeReport(json, NOW - 61_000)).toBeNull();
  });

  it('leaves out findings that make it too long', () => {
    const finding = { severity: 'error', title: 'x'.repeat(5_000), fix: 'y' } as const;
    const json = encodeReport({ ...REPORT, redis: { ...REPORT.redis, findings: [finding] } });
    expect(decodeReport(json, NOW)?.redis).toMatchObject({ isConnected: true, findings: [] });
  });

  it.each([
    ['no text', null],
    ['no JSON', '{'],
    ['a number', '1'],
    ['null', 'null'],
    ['an empty object', '{}'],
    ['a time that is no number', JSON.stringify({ ...REPORT, at: 'now' })],
    ['another topology', JSON.stringify({ ...REPORT, redis: { ...REPORT.redis, topology: 'x' } })],
    ['nodes that are no list', JSON.stringify({ ...REPORT, redis: { ...REPORT.redis, nodes: 1 } })],
    ['an empty finding', JSON.stringify({ ...REPORT, redis: { ...REPORT.redis, findings: [{}] } })],
    ['an empty near-cache', JSON.stringify({ ...REPORT, nearCache: {} })],
    ['no events', JSON.stringify({ ...REPORT, events: undefined })],
    ['no process', JSON.stringify({ ...REPORT, process: null })],
    ['a text that is too long', JSON.stringify({ ...REPORT, more: 'x'.repeat(5_000) })],
  ])('is refused when it is %s', (_name, json) => {
    expect(decodeReport(json, NOW)).toBeNull();
  });
});
