import { type Machine } from './machine';
import { OLDEST_REDIS } from './redis-version';

const BREW_COMMAND = 'brew install redis';

/** Commands that install a Redis server. */
const INSTALL_COMMANDS: Record<Machine['family'], string> = {
  debian: 'sudo apt-get install -y --no-install-recommends redis-server',
  fedora: 'sudo dnf install -y valkey',
  suse: 'sudo zypper install -y valkey',
  arch: 'sudo pacman -S --noconfirm valkey',
  alpine: 'apk add redis',
  macos: BREW_COMMAND,
  other: BREW_COMMAND,
};

/** Returns instructions to get a Redis on such a machine, each line ready to be pasted. */
export function redisInstructions({ family }: Machine): string {
  const install = INSTALL_COMMANDS[family];
  return [
    `Redis ${OLDEST_REDIS} or newer is needed. Install one and run this command again:`,
    `  ${install}`,
    ...(install === BREW_COMMAND ? [] : ['or with Homebrew:', `  ${BREW_COMMAND}`]),
    'or run one in a container, and set REDIS_URL:',
    '  docker run --rm -p 6379:6379 redis:7',
    '  export REDIS_URL=redis://127.0.0.1:6379',
  ].join('\n');
}
