import { Logger } from '@nestjs/common';
import { eachRow } from '../../../../tools/testing/each-row.js';
import { NestSecurityLog } from './nest-security.log.js';
import { NO_SECURITY_LOG } from './no-security.log.js';
import type { SecurityEvent } from './security-event.js';

const LEVELS = ['debug', 'log', 'warn', 'error'] as const;

/** Contains only the fields that determine the level. */
const eventOf = (parts: object) => parts as SecurityEvent;

describe("the security log in Nest's logger", () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('chooses the level by the event, and logs the whole event as one object', async () => {
    const rows: [event: SecurityEvent, level: string][] = [
      [eventOf({ event: 'session.created', outcome: 'success' }), 'log'],
      [eventOf({ event: 'session.revoked', outcome: 'success' }), 'log'],
      [eventOf({ event: 'session.denied', outcome: 'failure', reason: 'anonymous' }), 'debug'],
      [eventOf({ event: 'session.denied', outcome: 'failure', reason: 'invalid' }), 'warn'],
      [eventOf({ event: 'session.denied', outcome: 'failure', reason: 'role' }), 'warn'],
      [eventOf({ event: 'call.refused', outcome: 'failure' }), 'warn'],
      [eventOf({ event: 'session.clientChanged', outcome: 'failure' }), 'warn'],
      [eventOf({ event: 'session.clientChanged', outcome: 'success' }), 'warn'],
    ];
    const logged: unknown[][] = [];
    for (const level of LEVELS) {
      jest.spyOn(Logger.prototype, level).mockImplementation(function (
        this: Logger,
        ...entry: unknown[]
      ) {
        logged.push([level, Reflect.get(this, 'context'), ...entry]);
      });
    }
    await eachRow(rows, ([event, level]) => {
      logged.length = 0;
      new NestSecurityLog().record(event);
      expect(logged).toEqual([[level, 'Security', event]]);
    });
  });
});

describe('NO_SECURITY_LOG', () => {
  it('writes nothing', () => {
    const write = jest.spyOn(process.stdout, 'write');

    NO_SECURITY_LOG.record(eventOf({ event: 'call.refused', outcome: 'failure' }));

    expect(write).not.toHaveBeenCalled();
    write.mockRestore();
  });
});
