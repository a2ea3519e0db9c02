import type { HttpFigures } from '../http/http-figures';
import { ADAPTER_NAMES, addedCpu } from '../http/http.tables';
import type { Adapter } from '../servers/protection';
import { factsLine } from './markdown';
import type { MachineFacts } from './machine-facts';

const WIDTH = 860;
const MARGIN = 20;
const LABEL_WIDTH = 340;
const VALUE_WIDTH = 70;
const BAR_WIDTH = WIDTH - 2 * MARGIN - LABEL_WIDTH - VALUE_WIDTH;
const BAR_HEIGHT = 16;
const ROW_HEIGHT = 26;
const HEADING_HEIGHT = 40;
const TITLE_HEIGHT = 52;
const FOOTER_HEIGHT = 36;

/** Colours that are readable on a light page and, with a dark system theme, on a dark one. */
const STYLE = `
  text { font: 13px system-ui, -apple-system, 'Segoe UI', sans-serif; fill: #1f2937; }
  .title { font-size: 16px; font-weight: 600; }
  .heading { font-weight: 600; }
  .fine { font-size: 11px; fill: #6b7280; }
  .ours { font-weight: 600; }
  .bar { fill: #a3aab5; }
  .bar.ours { fill: #2563eb; }
  .axis { stroke: #9ca3af; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e5e7eb; }
    .fine { fill: #9ca3af; }
    .bar { fill: #6b7280; }
    .bar.ours { fill: #60a5fa; }
    .axis { stroke: #6b7280; }
  }`;

interface Bar {
  readonly label: string;
  readonly isOurs: boolean;
  /** Microseconds. */
  readonly value: number;
}

/** Draws the CPU time that each variant adds to a request as bars, with one scale for both adapters. */
export function chartSvg(figures: readonly HttpFigures[], facts: MachineFacts): string {
  const panels = (['express', 'fastify'] as const).map((adapter) => ({
    adapter,
    bars: barsOf(adapter, figures),
  }));
  const longest = Math.max(1, ...panels.flatMap(({ bars }) => bars.map(({ value }) => value)));
  const parts: string[] = [];
  let top = TITLE_HEIGHT;
  for (const { adapter, bars } of panels) {
    parts.push(panelSvg(adapter, bars, top, longest));
    top += HEADING_HEIGHT + bars.length * ROW_HEIGHT;
  }
  const height = top + FOOTER_HEIGHT;
  const title = 'CPU time that access control adds to a request, in µs';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${title}">
<style>${STYLE}
</style>
${textSvg(title, MARGIN, 32, 'title')}
${parts.join('\n')}
${textSvg(`Saturated, 32 requests in flight. ${factsLine(facts)}`, MARGIN, height - 14, 'fine')}
</svg>
`;
}

function barsOf(adapter: Adapter, figures: readonly HttpFigures[]): Bar[] {
  return figures
    .filter((it) => it.adapter === adapter && it.variant !== 'none')
    .map((it) => ({
      label: it.label,
      isOurs: it.label.startsWith('Nest Sessions'),
      // A difference smaller than the noise can be negative.
      value: Math.max(0, addedCpu(figures, it, 'saturated')),
    }))
    .sort((a, b) => a.value - b.value);
}

function panelSvg(
  adapter: Adapter,
  bars: readonly Bar[],
  panelTop: number,
  longest: number,
): string {
  const barStart = MARGIN + LABEL_WIDTH;
  const barsTop = panelTop + HEADING_HEIGHT - 12;
  const rows = bars.map(({ label, isOurs, value }, row) => {
    const top = barsTop + row * ROW_HEIGHT;
    const baseline = top + BAR_HEIGHT - 3;
    const width = (value / longest) * BAR_WIDTH;
    const kind = isOurs ? 'ours' : '';
    return [
      textSvg(label, MARGIN, baseline, kind),
      `<rect class="bar ${kind}" x="${barStart}" y="${top}" width="${width.toFixed(1)}" height="${BAR_HEIGHT}" rx="2"/>`,
      textSvg(value.toFixed(value < 10 ? 1 : 0), barStart + width + 6, baseline, kind),
    ].join('\n');
  });
  const bottom = barsTop + bars.length * ROW_HEIGHT - (ROW_HEIGHT - BAR_HEIGHT);
  return [
    textSvg(`On ${ADAPTER_NAMES[adapter]}`, MARGIN, panelTop + 16, 'heading'),
    ...rows,
    `<line class="axis" x1="${barStart}" y1="${barsTop - 3}" x2="${barStart}" y2="${bottom + 3}"/>`,
  ].join('\n');
}

function textSvg(text: string, x: number, y: number, kind: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text class="${kind}" x="${x.toFixed(1)}" y="${y}">${escaped}</text>`;
}
