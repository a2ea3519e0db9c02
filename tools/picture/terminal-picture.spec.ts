import { shownTabs } from './shown-tabs';
import { terminalPicture } from './terminal-picture';
import type { TerminalSession } from './terminal-session';

const output = Array.from({ length: 20 }, (_, i) => `line ${i}`);

const session: TerminalSession = {
  title: 'A & B',
  description: 'A <answers> B.',
  tabs: [
    {
      name: 'server',
      ends: false,
      steps: [{ command: 'a <b> & "c"', output: ['&lt;'], pause: 9 }],
    },
    { name: 'client', steps: [{ comment: 'all', command: 'list', output, pause: 900 }] },
  ],
};

const picture = terminalPicture(session);

/** Returns the picture as it looks without its animations. */
const [, still = ''] = picture.split('</style>');

describe('the picture of a terminal', () => {
  it('shows the lines of each tab', () => {
    expect(shownTabs(picture)).toEqual([
      ['$ a <b> & "c"', '&lt;'],
      ['# all', '$ list', ...output, '', '$'],
    ]);
  });

  it('is the same text for the same session', () => {
    expect(terminalPicture(structuredClone(session))).toBe(picture);
  });

  it('has its name and its description in words', () => {
    expect(picture).toMatch(/^<svg [^>]*role="img" aria-labelledby="title desc">/);
    expect(picture).toContain('<title id="title">A &amp; B</title>');
    expect(picture).toContain('<desc id="desc">A &lt;answers&gt; B.</desc>');
  });

  it('closes each element, and escapes all text', () => {
    const open: string[] = [];
    for (const [tag, name = ''] of picture.matchAll(/<\/?(\w+)(?:[^<>]*"|)\/?>/g)) {
      if (tag.startsWith('</')) expect(open.pop()).toBe(name);
      else if (!tag.endsWith('/>')) open.push(name);
    }
    expect(open).toEqual([]);
    const text = picture.replaceAll(/<\/?\w+(?:[^<>]*"|)\/?>/g, '');
    expect(text.replaceAll(/&(?:amp|lt|gt);/g, '')).not.toMatch(/[&<]/);
  });

  it('needs no script, no font and no other file', () => {
    expect(picture).not.toMatch(/<script|<image|<foreignObject|@import|@font-face|\bon\w+=/i);
    expect(picture).not.toMatch(/(?:href|src)=|url\((?!#)/);
  });

  it('animates only for readers who do not prefer reduced motion', () => {
    const [before = '', motion = ''] = picture.split(
      '@media (prefers-reduced-motion:no-preference)',
    );
    expect(before).not.toContain('animation');
    expect(motion).toContain('@keyframes');
    expect(still).not.toContain('animation');
  });

  it('shows the end of the last tab without animations', () => {
    const [server = '', client = ''] = still.split('<g class="screen').slice(1);
    expect(server).toMatch(/^ off /);
    expect(client).not.toMatch(/^ off /);
    // The tab has 24 lines, of which the terminal shows the last 15.
    expect(client).toContain('style="transform:translate(0px,-225px)"');
  });

  it('has a definition for each class of an animation', () => {
    const used = new Set([...still.matchAll(/\bm\d+\b/g)].map(([name]) => name));
    expect(used.size).toBeGreaterThan(5);
    expect([...used].filter((name) => !picture.includes(`@keyframes ${name}{`))).toEqual([]);
  });

  it('repeats all animations together', () => {
    const durations = [...picture.matchAll(/animation:m\d+ ([\d.]+s) \S+ infinite/g)];
    expect(durations.length).toBeGreaterThan(5);
    expect(new Set(durations.map(([, duration]) => duration)).size).toBe(1);
  });

  it('scrolls to each of many fast lines in turn', () => {
    const step = { command: 'tail', output, lineInterval: 20, pause: 900 };
    const fast = terminalPicture({ ...session, tabs: [{ name: 'log', steps: [step] }] });
    const scroll = fast.split('\n').find((rule) => rule.includes('translate(0px,-25px)')) ?? '';
    const percents = [...scroll.matchAll(/([\d.]+)%\{/g)].map(([, percent]) => Number(percent));
    expect(percents.length).toBeGreaterThan(10);
    expect(percents).toEqual([...percents].sort((one, other) => one - other));
  });
});
