import { randomBytes } from 'node:crypto';
import { eachRow } from '../tools/testing/each-row';
import { newUser } from './support/production-system';
import { findSecrets, spellingsOf } from './support/secret-search';
import { idOf } from './support/session-key';

const createToken = () => randomBytes(32).toString('base64url');

describe('the search for secrets', () => {
  it('finds a secret in every spelling', () =>
    eachRow(spellingsOf('a "secret" of é and +/'), (spelling) => {
      const text = `before ${spelling} after`;
      expect(findSecrets({ planted: 'a "secret" of é and +/' }, { log: [text] })).not.toEqual([]);
    }));

  it.each(['hex', 'base64'] as const)('finds a token whose bytes are encoded as %s', (encoding) => {
    const token = createToken();
    const text = Buffer.from(token, 'base64url').toString(encoding);
    expect(findSecrets({ token }, { redis: [text] })).not.toEqual([]);
  });

  it('finds a secret inside a longer encoded text', () => {
    const { username, password } = newUser();
    const text = Buffer.from(`${username}:${password}`).toString('base64');
    expect(findSecrets({ password }, { log: [text] })).not.toEqual([]);
  });

  it('finds nothing in text without a secret', () => {
    expect(findSecrets({ token: createToken() }, { log: [idOf(createToken())] })).toEqual([]);
  });
});
