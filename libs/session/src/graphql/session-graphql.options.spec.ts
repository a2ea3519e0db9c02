import { graphqlSettingsOf, type SessionGraphqlOptions } from './session-graphql.options.js';

describe('the options of SessionGraphqlModule', () => {
  it('require a session for connections by default', () => {
    expect(graphqlSettingsOf({})).toEqual({ anonymousConnections: false });
  });

  it('are kept as given', () => {
    const given = { anonymousConnections: true, requestOf: () => null };
    expect(graphqlSettingsOf(given)).toEqual(given);
  });

  it.each([
    [{ anonymous: true }, "SessionGraphqlModule has no option 'anonymous'."],
    [{ anonymousConnections: 'yes' }, 'anonymousConnections must be true or false, got yes.'],
    [{ requestOf: 'req' }, 'requestOf must be a function that returns the HTTP request'],
  ])('are refused with an error that names the option: %j', (given, message) => {
    expect(() => graphqlSettingsOf(given as SessionGraphqlOptions)).toThrow(message);
  });
});
