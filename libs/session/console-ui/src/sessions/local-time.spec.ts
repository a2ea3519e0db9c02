import { fromLocalInput, toLocalInput } from './local-time';

describe('times of the filter', () => {
  it('survive the input field to the minute', () => {
    const time = '2026-03-04T05:06:00.000Z';
    expect(fromLocalInput(toLocalInput(time))).toBe(time);
  });

  it('are absent for an empty field or a malformed address', () => {
    expect(toLocalInput(undefined)).toBe('');
    expect(toLocalInput('yesterday')).toBe('');
    expect(fromLocalInput('')).toBeUndefined();
  });
});
