import { demoStory } from '../start/demo-story';
import { shellLines } from './shell-lines';

const urls = {
  auth: 'http://127.0.0.1:3000',
  orders: 'http://127.0.0.1:3001',
  products: 'http://127.0.0.1:3002',
};

/** Returns the command that a shell reads: a backslash at the end of a line joins it with the next. */
function readByShell(lines: readonly string[]): string {
  return lines
    .join('\n')
    .slice('$ '.length)
    .replaceAll(/\\\n\s*/g, '');
}

describe('the lines of a command', () => {
  it('are the same command for a shell, and fit into the terminal', () => {
    for (const { command } of demoStory(urls)) {
      const lines = shellLines(command, 68);
      expect(readByShell(lines)).toBe(command);
      expect(lines.filter(({ length }) => length > 68)).toEqual([]);
    }
  });

  it('keep an option and its value on one line', () => {
    expect(shellLines("curl -H 'a: b' -d 'c d' http://e", 20)).toEqual([
      String.raw`$ curl -H 'a: b' \ `.trimEnd(),
      String.raw`    -d 'c d' \ `.trimEnd(),
      '    http://e',
    ]);
  });

  it('are one line for a command that fits exactly', () => {
    expect(shellLines('npm start', 11)).toEqual(['$ npm start']);
    expect(shellLines('npm start', 10)).toHaveLength(2);
  });
});
