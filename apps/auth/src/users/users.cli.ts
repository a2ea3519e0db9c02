import { openLiveSessions } from './live-sessions';
import { runUsersCommand } from './users-commands';

const { stdin, stdout, stderr, env, argv } = process;

void runUsersCommand(argv.slice(2), { stdin, stdout, stderr, env, openLiveSessions }).then(
  (code) => {
    process.exitCode = code;
  },
);
