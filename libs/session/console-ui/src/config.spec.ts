import { readConfig } from './config';

describe('readConfig', () => {
  it('takes the places that the server has written, and ends the base with a slash', () => {
    const config = readConfig('{"base":"/api/console","users":null,"title":"Accounts"}');
    expect(config).toMatchObject({ base: '/api/console/', users: null, title: 'Accounts' });
  });

  it('hides optional features that the server does not name', () => {
    expect(readConfig('{}')).toMatchObject({ password: null, reauthenticate: null, users: null });
  });
});
