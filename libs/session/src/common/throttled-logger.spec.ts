import { Logger } from '@nestjs/common';
import { MovedClock } from '../../test-support/moved-clock.js';
import { ThrottledLogger } from './throttled-logger.js';

describe('ThrottledLogger', () => {
  const clock = MovedClock.forEachTest();
  let lines: string[];
  let logger: ThrottledLogger;

  beforeEach(() => {
    lines = [];
    jest
      .spyOn(Logger.prototype, 'error')
      .mockImplementation((text: unknown) => lines.push(String(text)));
    logger = new ThrottledLogger('Sample', 60_000);
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('logs an error with its causes', () => {
    logger.report(new Error('not answered', { cause: new Error('connection lost') }));
    expect(lines).toEqual(['not answered (connection lost)']);
  });

  it('logs one line for many equal errors, and returns whether it logged', () => {
    const outcomes = Array.from({ length: 1_000 }, () => logger.report(new Error('lost')));
    expect(lines).toEqual(['lost']);
    expect(outcomes.filter(Boolean)).toHaveLength(1);
  });

  it('logs a different error in the same interval', () => {
    logger.report(new Error('lost'));
    logger.report(new Error('denied'));
    expect(lines).toEqual(['lost', 'denied']);
  });

  it('logs at most 10 different errors per interval', () => {
    for (let count = 0; count < 100; count += 1) logger.report(new Error(`lost ${count}`));
    expect(lines).toHaveLength(10);
  });

  it('logs the error again in the next interval, with the number of suppressed errors', () => {
    for (let count = 0; count < 4; count += 1) logger.report(new Error('lost'));
    clock.forward(59_999);
    logger.report(new Error('lost'));
    expect(lines).toEqual(['lost']);
    clock.forward(1);
    logger.report(new Error('lost'));
    logger.report(new Error('denied'));
    expect(lines).toEqual([
      'lost',
      'lost (4 similar messages before it were not logged)',
      'denied',
    ]);
  });
});
