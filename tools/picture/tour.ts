import { demoStory, type StoryStep, type StoryUrls } from '../start/demo-story';
import { auth, orders, products, serviceUrl } from '../start/services';
import type { Curl, CurlResponse } from './curl';
import type { TerminalSession, TerminalStep, TerminalTab } from './terminal-session';
import { COLUMNS } from './terminal-timeline';

/** Addresses of the services after a plain `npm start`. */
const DEFAULT_URLS: StoryUrls = {
  auth: serviceUrl(auth, {}),
  orders: serviceUrl(orders, {}),
  products: serviceUrl(products, {}),
};

/** Redis of the picture: `npm start` takes a free port. */
const SHOWN_REDIS = 'redis://127.0.0.1:6379';

/** Calls of the story that the picture shows, and the part of each response below its status line. */
const SHOWN_CALLS: readonly {
  readonly title: string;
  readonly shows?: 'body' | 'cookie';
  /** Time for the reader, in milliseconds. */
  readonly pause: number;
}[] = [
  { title: 'alice signs in', shows: 'cookie', pause: 1700 },
  { title: 'orders admits alice', shows: 'body', pause: 1000 },
  { title: 'products admits alice', shows: 'body', pause: 1300 },
  { title: 'bob signs in', pause: 600 },
  { title: 'orders refuses bob', shows: 'body', pause: 2000 },
  { title: 'alice signs out', pause: 1000 },
  { title: 'orders refuses the cookie', shows: 'body', pause: 5500 },
];

/** Lines of `npm start` that the picture shows; `null` stands for an empty line. */
const SHOWN_START: readonly (RegExp | null)[] = [
  /^Redis: /,
  /^Building /,
  /^auth is ready: /,
  /^orders is ready: /,
  /^products is ready: /,
  /^Everything is running\. /,
  null,
  /^Demo users /,
  /^ {2}alice /,
  /^ {2}bob /,
  null,
  /^Try it in another terminal\. /,
];

/** Returns the session of the picture. */
export function tour(tabs: readonly TerminalTab[]): TerminalSession {
  return {
    title: 'Nest Sessions in a terminal',
    description:
      'npm start runs Redis and three services. Alice signs in once, and reads orders and products. ' +
      'Bob has no role for orders and gets 403. Alice signs out, and her cookie gets 401 at once.',
    tabs,
  };
}

/** Returns the terminal of `npm start` from the lines that it has printed. */
export function startTab(printed: readonly string[]): TerminalTab {
  const output = SHOWN_START.map((pattern) => {
    if (pattern === null) return '';
    const line = printed.find((it) => pattern.test(it));
    if (line === undefined) throw new Error(`npm start has printed no line ${pattern.source}`);
    return stable(line);
  });
  return {
    name: 'npm start',
    ends: false,
    steps: [{ command: 'npm start', output, lineInterval: 170, pause: 2300 }],
  };
}

/**
 * Performs the calls of the picture, and returns their terminal.
 *
 * @throws Error when a status is not the status of the story
 */
export async function callsTab(urls: StoryUrls, curl: Curl): Promise<TerminalTab> {
  const [performed, shown] = [demoStory(urls), demoStory(DEFAULT_URLS)];
  const steps: TerminalStep[] = [];
  for (const { title, shows, pause } of SHOWN_CALLS) {
    const { command, status } = stepOf(performed, title);
    const response = await curl.run(command);
    const { statusLine, body } = response;
    if (!statusLine.startsWith(`HTTP/1.1 ${status} `)) {
      throw new Error(`${title}: expected ${status}, got ${statusLine} ${body}`);
    }
    const output = [statusLine, ...shownPart(response, shows)];
    steps.push({
      comment: `${title}: ${status}`,
      command: stepOf(shown, title).command,
      output,
      pause,
    });
  }
  return { name: 'curl', steps };
}

function stepOf(story: readonly StoryStep[], title: string): StoryStep {
  const step = story.find((it) => it.title === title);
  if (step === undefined) throw new Error(`The story has no step "${title}".`);
  return step;
}

/** Returns a line of `npm start` without the ports and times of a single start. */
function stable(line: string): string {
  const [, name] = /^(\w+) is ready: /.exec(line) ?? [];
  if (name !== undefined) return `${name} is ready: ${DEFAULT_URLS[name as keyof StoryUrls]}`;
  return line.replace(/^Redis: .*/, `Redis: ${SHOWN_REDIS}`);
}

function shownPart({ headers, body }: CurlResponse, shows?: 'body' | 'cookie'): string[] {
  if (shows === 'body') return [shortened(body)];
  if (shows === undefined) return [];
  const cookie = headers.find((it) => /^set-cookie: __Host-sid=/i.test(it)) ?? '';
  return [cookie.replace(/=[\w-]{43};/, '=…;')];
}

/** Returns a body in one line. Of a problem (RFC 9457) it shows the detail, and `…` for what it leaves out. */
function shortened(body: string): string {
  const line = body.replace(/^\{"type":.*,(?="detail":)/, '{…,');
  return line.length > COLUMNS ? `${line.slice(0, COLUMNS - 1)}…` : line;
}
