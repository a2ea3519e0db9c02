import { InstanceReporter } from './instance-reporter.js';
import { SAMPLE_REPORT } from './test-support/sample-report.js';

const NOW = Date.UTC(2026, 0, 1);

describe('InstanceReporter', () => {
  const reporterOf = (instance: string) => new InstanceReporter(() => SAMPLE_REPORT, instance);

  it('keeps its slot while it is free, its own, or of an instance that has gone', () => {
    const reporter = reporterOf('host:1');
    const { field } = reporter;
    const own = reporter.next(null, NOW);
    expect(reporter.field).toBe(field);
    reporter.next(own, NOW + 5_000);
    expect(reporter.field).toBe(field);
    reporter.next(reporterOf('host:2').next(null, NOW), NOW + 120_000);
    expect(reporter.field).toBe(field);
    reporter.next('something else', NOW);
    expect(reporter.field).toBe(field);
  });

  it('changes its slot when another living instance has it', () => {
    const reporter = reporterOf('host:1');
    const { field } = reporter;
    const json = reporter.next(reporterOf('host:2').next(null, NOW), NOW + 5_000);
    expect(reporter.field).not.toBe(field);
    expect(reporter.field).toMatch(/^report:([12]?\d|3[01])$/);
    expect(JSON.parse(json)).toEqual({ instance: 'host:1', at: NOW + 5_000, ...SAMPLE_REPORT });
  });

  it('names the process, and cuts a name that is too long', () => {
    const text = new InstanceReporter(() => SAMPLE_REPORT).next(null);
    expect(JSON.parse(text)).toMatchObject({
      instance: expect.stringMatching(`:${process.pid}$`) as string,
    });
    const long = reporterOf(`${'h'.repeat(300)}:1`).next(null);
    expect((JSON.parse(long) as { instance: string }).instance).toHaveLength(100);
  });
});
