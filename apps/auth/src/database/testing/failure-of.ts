import { inspect } from 'node:util';
import { openDatabase } from '../database';

/**
 * Returns the message of the error when the database does not open. Checks that the error contains no secret.
 */
export async function failureOf(databaseUrl: string, secrets: string[] = []): Promise<string> {
  const error: unknown = await openDatabase({ databaseUrl, dataDir: '' }).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(Error);
  const shown = inspect(error, { depth: null, showHidden: true });
  for (const secret of [
    's3cret',
    encodeURIComponent('p@ss/wörd:%23'),
    'p@ss/wörd:%23',
    ...secrets,
  ]) {
    expect(shown).not.toContain(secret);
  }
  return (error as Error).message;
}
