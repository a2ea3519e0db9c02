import { startDevelopmentServer } from '../../libs/session/console-ui/testing/development-server';
import { buildConsole } from '../../tools/console/build-console';
import { describeConsole } from '../suites/console';

describeConsole('its development server', async () => {
  await buildConsole();
  const server = await startDevelopmentServer();
  let count = 0;
  return {
    url: server.url,
    admin: { username: 'admin', password: 'admin-demo-password' },
    createUser: (roles) => {
      count += 1;
      const username = `visitor-${count}`;
      server.createUser(username, roles);
      return Promise.resolve({ username, password: 'a password of the visitor' });
    },
    setOutage: (isOut) => {
      server.setOutage(isOut);
      return Promise.resolve();
    },
    close: () => server.close(),
  };
});
