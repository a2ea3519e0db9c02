import { System } from '../support/system';
import { describeConsole } from '../suites/console';

describeConsole('the auth app', async () => {
  // Many sign-ins from one address, some with a wrong password.
  const system = await System.start('express', {
    SIGN_IN_FREE_ATTEMPTS: '1000',
    SIGN_IN_FREE_ATTEMPTS_ACCOUNT: '1000',
    SIGN_IN_FREE_ATTEMPTS_NETWORK: '1000',
    SESSION_MAX_PER_USER: '100',
  });
  return {
    url: `${system.auth.url}/sessions/`,
    admin: { username: 'admin', password: 'admin-demo-password' },
    createUser: (roles) => system.createUser(roles),
    setOutage: (isOut) => {
      system.redis.kill(isOut ? 'SIGSTOP' : 'SIGCONT');
      return Promise.resolve();
    },
    close: () => system.stop(),
  };
});
