import type { Parameters } from 'fast-check';

/** Default seed of the values. */
const SEED = 1;

/**
 * Returns the parameters of a property test. Each run of the tests uses the same values, so that a new
 * failure comes from a change. To search further, `FUZZ_SEED=<number>` tries other values, and
 * `FUZZ_FACTOR=<number>` multiplies their number. A failure is shrunk and reported with its seed.
 *
 * @param runs Number of values; few enough for the file to take seconds.
 */
export function fuzzed(runs: number): Pick<Parameters<never>, 'numRuns' | 'seed'> {
  return { numRuns: runs * given('FUZZ_FACTOR', 1), seed: given('FUZZ_SEED', SEED) };
}

function given(variable: string, otherwise: number): number {
  const text = process.env[variable] ?? '';
  const number = text === '' ? otherwise : Number(text);
  if (Number.isSafeInteger(number)) return number;
  throw new Error(`${variable}: '${text}' is not a whole number.`);
}
