import { colouredRuns } from './line-colours';

/** Puts runs back to their columns. */
function lineOf(line: string): string {
  return colouredRuns(line).reduce((text, { column, text: run }) => text.padEnd(column) + run, '');
}

describe('the runs of a line', () => {
  it('contain every character at its column', () => {
    for (const line of [
      '',
      '  alice  alice-demo-password  orders, products',
      "$ curl -H 'content-type: application/json' \\",
      "it's one quote",
      '{"a":"b","c":"b"}',
      'a a  a a',
      'Set-Cookie: __Host-sid=…; Path=/',
    ]) {
      expect(lineOf(line)).toBe(line);
    }
  });

  it('mark an accepted request as good, and a refused one as bad', () => {
    const [, accepted] = colouredRuns('HTTP/1.1 204 No Content');
    const [, refused] = colouredRuns('HTTP/1.1 403 Forbidden');
    expect(accepted).toEqual({ text: '204 No Content', column: 9, colour: 'good' });
    expect(refused).toEqual({ text: '403 Forbidden', column: 9, colour: 'bad' });
  });

  it('mark quoted arguments of a command', () => {
    const runs = colouredRuns("$ curl -d 'a b' http://c");
    expect(runs.find(({ colour }) => colour === 'text')?.text).toBe("'a b'");
  });
});
