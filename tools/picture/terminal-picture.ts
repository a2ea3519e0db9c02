import { Motion } from './motion';
import { BAR_HEIGHT, escapeXml, HEIGHT, SCREEN_HEIGHT, topOf, WIDTH } from './picture-layout';
import { pictureScreen } from './picture-screen';
import type { TerminalSession } from './terminal-session';
import { type TimedTab, timelineOf } from './terminal-timeline';

/** Place and width of the tabs in the bar of the window, in pixels. */
const FIRST_TAB = 92;
const TAB_WIDTH = 136;

/** Time in which the picture appears and fades, in milliseconds. */
const FADE_MS = 300;

const STYLE = `text{font:18.6px ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono","DejaVu Sans Mono",monospace;fill:#d6dde6}
.paper{fill:#12171f}
.bar{fill:#222a35}
.edge{fill:none;stroke:#3d444d}
.head{font-size:15px;fill:#9aa5b1;text-anchor:middle}
.open .head{fill:#f0f3f6}
.prompt{fill:#4ac26b;font-weight:700}
.dim{fill:#8b96a3}
.text{fill:#9fcbff}
.good{fill:#56d364;font-weight:700}
.bad{fill:#ff8178;font-weight:700}
.cursor{fill:#d6dde6}
.off{opacity:0}`;

/**
 * Draws a session as an animated SVG of a dark terminal, which repeats for ever. Equal sessions give equal
 * texts.
 *
 * The animation is CSS alone: browsers run no script in an image. A reader who prefers reduced motion sees the
 * last frame (Media Queries Level 5, 12.1), and so does a viewer without animations.
 */
export function terminalPicture(session: TerminalSession): string {
  const { tabs, duration } = timelineOf(session);
  const motion = new Motion(duration);
  const heads = tabs.map((tab, i) => tabHead(tab, i, visibility(tab, tabs, motion)));
  const screens = tabs.map(
    (tab) => `<g class="screen ${visibility(tab, tabs, motion)}">${pictureScreen(tab, motion)}</g>`,
  );
  const fade = motion.add(
    [
      [0, 'opacity:0'],
      [FADE_MS, 'opacity:1'],
      [duration - FADE_MS, 'opacity:1'],
      [duration, 'opacity:0'],
    ],
    'linear',
  );
  const all = `width="${WIDTH}" height="${HEIGHT}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" ${all} role="img" aria-labelledby="title desc">
<title id="title">${escapeXml(session.title)}</title>
<desc id="desc">${escapeXml(session.description)}</desc>
<style>
${STYLE}
@media (prefers-reduced-motion:no-preference){
.blinking{animation:blink 1.1s step-end infinite}@keyframes blink{50%{opacity:0}}
${motion.toString()}
}
</style>
<clipPath id="window"><rect ${all} rx="10"/></clipPath>
<clipPath id="screen"><rect y="${topOf(0)}" width="${WIDTH}" height="${SCREEN_HEIGHT}"/></clipPath>
<g clip-path="url(#window)">
<rect class="paper" ${all}/>
<rect class="bar" width="${WIDTH}" height="${BAR_HEIGHT}"/>
${['#ff5f57', '#febc2e', '#28c840'].map(button).join('')}
${heads.join('\n')}
<g clip-path="url(#screen)"><g class="${fade}">
${screens.join('\n')}
</g></g>
</g>
<rect class="edge" x=".5" y=".5" width="${WIDTH - 1}" height="${HEIGHT - 1}" rx="9.5"/>
</svg>
`;
}

/** Returns the classes of what is visible while a tab is open. The last tab is open in the end. */
function visibility(tab: TimedTab, tabs: readonly TimedTab[], motion: Motion): string {
  const shown = motion.show(tab.from, tab.until);
  return tab === tabs.at(-1) ? shown : `off ${shown}`;
}

/** Draws the name of a tab in the bar, and an open tab on top of it. */
function tabHead({ name }: TimedTab, position: number, visible: string): string {
  const x = FIRST_TAB + position * (TAB_WIDTH + 6);
  const text = `<text class="head" x="${x + TAB_WIDTH / 2}" y="28">${escapeXml(name)}</text>`;
  const shape = `<path class="paper" d="M${x} ${BAR_HEIGHT}V18a8 8 0 0 1 8-8h${TAB_WIDTH - 16}a8 8 0 0 1 8 8v22z"/>`;
  return `<g>${text}</g><g class="open ${visible}">${shape}${text}</g>`;
}

function button(colour: string, position: number): string {
  return `<circle cx="${22 + position * 20}" cy="${BAR_HEIGHT / 2}" r="6" fill="${colour}"/>`;
}
