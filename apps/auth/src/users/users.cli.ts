import { CommandSecurityLog } from '@app/platform';
import { NO_SECURITY_LOG } from 'nest-sessions/audit';
import { openLiveSessions } from './live-sessions';
import { runUsersCommand } from './users-commands';

const { stdin, stdout, stderr, env, argv } = process;
const securityLog =
  env.NODE_ENV === 'production' ? new CommandSecurityLog('users', stderr) : NO_SECURITY_LOG;

void runUsersCommand(argv.slice(2), {
  stdin,
  stdout,
  stderr,
  env,
  securityLog,
  openLiveSessions,
}).then((code) => {
  process.exitCode = code;
});
