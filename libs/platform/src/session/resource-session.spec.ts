import { eachRow } from '../../../../tools/testing/each-row';
import { EnvironmentError } from '../environment/environment.error';
import { loadEnvironment } from '../environment/load-environment';
import { ResourceEnvironment } from '../environment/resource.environment';
import { resourceSession } from './resource-session';

const REDIS_URL = 'redis://user:secret@localhost:6379/1';

const read = (variables: NodeJS.ProcessEnv) =>
  loadEnvironment(ResourceEnvironment, { REDIS_URL, ...variables });

describe('SESSION_BINDING', () => {
  it('applies to the user agent and the network', async () => {
    await eachRow(
      [
        [undefined, 'off'],
        ['', 'off'],
        ['off', 'off'],
        ['report', 'report'],
        ['reauthenticate', 'reauthenticate'],
      ] as const,
      ([value, expected]) => {
        expect(read({ SESSION_BINDING: value }).binding).toEqual({
          userAgent: expected,
          network: expected,
        });
      },
    );
  });

  it('is rejected with any other value, and the error lists the valid values', async () => {
    await eachRow(['on', 'true', 'REPORT', 'deny'], (value) => {
      expect(() => read({ SESSION_BINDING: value })).toThrow(EnvironmentError);
      expect(() => read({ SESSION_BINDING: value })).toThrow(
        /SESSION_BINDING: set it to 'off', 'report' or 'reauthenticate'/,
      );
    });
  });
});

describe('SESSION_REAUTHENTICATE_AT', () => {
  it('is passed to the session module unchanged', async () => {
    await eachRow(
      [undefined, '', '/again', 'https://auth.example.com/auth/reauthenticate'],
      (target) => {
        const environment = read({ SESSION_REAUTHENTICATE_AT: target });
        const given = target === '' ? undefined : target;
        expect(resourceSession(environment, null).reauthenticateAt).toBe(given);
      },
    );
  });

  it('is rejected when it is neither a path nor a URL, with an example', async () => {
    await eachRow(
      ['again', '//evil.example', '/\\evil.example', 'javascript:alert(1)', '/a b', 'https://'],
      (target) => {
        expect(() => read({ SESSION_REAUTHENTICATE_AT: target })).toThrow(
          /SESSION_REAUTHENTICATE_AT: give a path such as \/auth\/reauthenticate, or a URL/,
        );
      },
    );
  });
});
