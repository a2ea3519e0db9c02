import { HttpException } from '@nestjs/common';
import { WsException } from '@nestjs/websockets';
import { sessionRequired } from '../errors/session-exception.js';
import { Refusal } from './refusal.js';
import { WsDenial } from './ws-denial.js';

describe('Refusal', () => {
  it('answers a denial with its status, headers and problem, in either form', () => {
    const denial = sessionRequired();
    for (const error of [denial, new WsDenial(denial)]) {
      const { status, reason, headers, body } = Refusal.of(error);

      expect([status, reason]).toEqual([401, 'ERR_SESSION_REQUIRED']);
      expect(headers).toEqual({
        'WWW-Authenticate': 'Bearer',
        'Content-Type': 'application/problem+json',
        'Cache-Control': 'no-store',
      });
      expect(JSON.parse(body)).toEqual(denial.getResponse());
    }
  });

  it('answers every other error without its details', () => {
    const rows: [error: unknown, status: number][] = [
      [new HttpException('a detail', 418), 418],
      [new WsException('a detail'), 403],
      [new Error('a detail'), 500],
      ['a detail', 500],
    ];
    for (const [error, status] of rows) {
      const refusal = Refusal.of(error);

      expect(refusal.status).toBe(status);
      expect(JSON.parse(refusal.body)).toMatchObject({ type: 'about:blank', status });
      expect(JSON.stringify(refusal)).not.toContain('a detail');
    }
  });
});
