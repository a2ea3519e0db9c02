import { DEMO_USERS } from '../../apps/auth/src/users/demo-users';
import { demoStory, type StoryUrls } from './demo-story';

export interface WelcomeOptions {
  readonly urls: StoryUrls;
  /** Address of Redis, without a password. */
  readonly redis: string;
  /** Whether the demo users can sign in. */
  readonly hasDemoUsers: boolean;
  /** Whether orders and products only admit requests that come through a gateway. */
  readonly needsGateway?: boolean;
}

/** Last line of {@link welcome}: programs that read the output wait for it. */
export const LAST_LINE =
  'Commands that change users need the REDIS_URL above, to update live sessions.';

/** Returns the text for a user once all is up: addresses, demo users, and calls to try. */
export function welcome({
  urls,
  redis,
  hasDemoUsers,
  needsGateway = false,
}: WelcomeOptions): string {
  const places = Object.entries(urls).map(([name, url]) => [name, url, `API: ${url}/docs`]);
  return [
    '',
    'Everything is running. Press Ctrl-C to stop.',
    '',
    ...columns([...places, ['console', `${urls.auth}/sessions`], ['Redis', redis]]),
    '',
    ...(needsGateway
      ? [
          'SESSION_SOURCE=gateway: orders and products answer 401 without a gateway in front of them,',
          'see docs/recipes/behind-a-gateway.md.',
          '',
        ]
      : []),
    ...(hasDemoUsers ? [...users(), '', ...story(urls), ''] : []),
    'Users: npm run users -- list',
    LAST_LINE,
    '',
  ].join('\n');
}

function users(): string[] {
  const rows = DEMO_USERS.map(({ username, password, roles }) => [
    username,
    password,
    roles.join(', '),
  ]);
  return ['Demo users (username, password, roles):', ...columns(rows)];
}

/**
 * Each comment is on its own line and consists of plain words. At its prompt, zsh has no comments: it would
 * treat a comment at the end of a line as arguments.
 */
function story(urls: StoryUrls): string[] {
  return [
    'Try it in another terminal. Each comment shows the expected status:',
    '',
    '  cd "$(mktemp -d)"',
    ...demoStory(urls).flatMap(({ title, status, command }) => [
      `  # ${title}: ${status}`,
      `  ${command}`,
    ]),
    '',
    `Watch it live: ${urls.orders}/try in a browser, or this stream. Both end when alice signs out:`,
    `  curl -N -b alice.cookies ${urls.orders}/orders/stream`,
    '',
    'curl before 7.79 does not send Secure cookies to http://127.0.0.1. With an older curl, add',
    '"transport":"bearer" to the sign-in, and send the token of the response:',
    `  curl -i -H 'authorization: Bearer <token>' ${urls.orders}/orders`,
  ];
}

/** Formats rows as text, indented, each column as wide as its widest cell. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows.map((row) => {
    const cells = row.map((cell, column) => cell.padEnd(width(column)));
    return `  ${cells.join('  ')}`.trimEnd();
  });
}
