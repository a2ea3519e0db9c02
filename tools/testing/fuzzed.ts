import type { Parameters } from 'fast-check';

/** What values are made of where nobody says otherwise. */
const SEED = 1;

/**
 * How a property is tried: with the same values at each run of the tests, so that what fails fails for a
 * change. To look further, `FUZZ_SEED=<a number>` tries others and `FUZZ_FACTOR=<a number>` so many times
 * more of them. What fails is made smaller, and told with its seed.
 *
 * @param runs How many values; few enough for the file to take seconds.
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
