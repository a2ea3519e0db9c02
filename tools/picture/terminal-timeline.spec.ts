import { linesOf, timelineOf } from './terminal-timeline';

const session = {
  title: 'a',
  description: 'b',
  tabs: [
    {
      name: 'server',
      ends: false,
      steps: [{ command: 'serve', output: ['one', 'two'], lineInterval: 100, pause: 1000 }],
    },
    {
      name: 'client',
      steps: [
        { comment: 'first', command: 'get /a', output: ['200'], pause: 500 },
        { command: 'get /b', output: ['404'], pause: 2000 },
      ],
    },
  ],
};

describe('the timeline of a session', () => {
  const { tabs, duration } = timelineOf(session);

  it('has the lines of a terminal: comment, prompt, output, and a prompt at the end', () => {
    expect(session.tabs.map(linesOf)).toEqual([
      ['$ serve', 'one', 'two'],
      ['# first', '$ get /a', '200', '', '$ get /b', '404', '', '$ '],
    ]);
  });

  it('opens a tab when the tab before it has paused, and ends with the last pause', () => {
    const [server, client] = tabs;
    expect(server?.from).toBe(0);
    expect(client?.from).toBe(server?.until);
    expect(client?.until).toBe(duration);
    expect((server?.until ?? 0) - (server?.lines.at(-1)?.shownAt ?? 0)).toBe(1000);
    expect(duration - (client?.lines.at(-1)?.shownAt ?? 0)).toBe(2000);
  });

  it('shows lines in their order, and output after its command is typed', () => {
    for (const { lines } of tabs) {
      const times = lines.map(({ shownAt }) => shownAt);
      expect(times).toEqual([...times].sort((one, other) => one - other));
    }
    const [, get, answer] = tabs[1]?.lines ?? [];
    expect(get?.typed?.from).toBeGreaterThan(get?.shownAt ?? Infinity);
    expect(get?.typed?.to).toBeGreaterThan(get?.typed?.from ?? Infinity);
    expect(answer?.shownAt).toBeGreaterThan(get?.typed?.to ?? Infinity);
  });

  it('types a long command no longer than the maximum', () => {
    const step = { command: `echo ${'long '.repeat(80)}`, output: [], pause: 0 };
    const [tab] = timelineOf({ ...session, tabs: [{ name: 'one', steps: [step] }] }).tabs;
    const typed = tab?.lines.flatMap((line) => line.typed ?? []) ?? [];
    expect(typed.length).toBeGreaterThan(3);
    expect((typed.at(-1)?.to ?? 0) - (typed[0]?.from ?? 0)).toBeLessThan(1600);
  });
});
