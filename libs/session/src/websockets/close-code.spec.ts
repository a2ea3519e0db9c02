import { closeCodeOf } from './close-code.js';

it('closes with private codes, with 1008 where only registered codes are accepted, and with 1013 for 503', () => {
  const rows: [status: number, own: number, registered: number][] = [
    [400, 4400, 1008],
    [401, 4401, 1008],
    [403, 4403, 1008],
    [503, 1013, 1013],
  ];
  for (const [status, own, registered] of rows) {
    expect([closeCodeOf(status, 'private'), closeCodeOf(status, 'registered')]).toEqual([
      own,
      registered,
    ]);
  }
});
