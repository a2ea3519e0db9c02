import { columnOf, unescapeXml } from './picture-layout';

const LINE = /<g class="line[^"]*"(?:\/>|>(.*?)<\/g>)/g;
const RUN = /<text x="([\d.]+)"[^>]*>([^<]*)<\/text>/g;

/** Returns the lines of each tab of a picture, without spaces at their ends. */
export function shownTabs(picture: string): string[][] {
  const [, ...screens] = picture.split('<g class="screen');
  return screens.map((screen) => [...screen.matchAll(LINE)].map(([, runs = '']) => lineOf(runs)));
}

function lineOf(runs: string): string {
  let line = '';
  for (const [, left = '', text = ''] of runs.matchAll(RUN)) {
    line = line.padEnd(columnOf(Number(left))) + unescapeXml(text);
  }
  return line;
}
