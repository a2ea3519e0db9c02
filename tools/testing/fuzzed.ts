import type { Parameters } from 'fast-check';

/**
 * How a property is tried: with other values at each run of the tests. What fails is made smaller, and told
 * with its seed; `FUZZ_SEED` tries the same values again.
 *
 * @param runs How many values; few enough for the file to take seconds.
 */
export function fuzzed(runs: number): Pick<Parameters<never>, 'numRuns' | 'seed'> {
  return { numRuns: runs, seed: seed() };
}

function seed(): number {
  const { FUZZ_SEED: given } = process.env;
  // The clock's lower 32 bits, which is what the generator takes.
  const chosen = given === undefined || given === '' ? Date.now() | 0 : Number(given);
  if (Number.isSafeInteger(chosen)) return chosen;
  throw new Error(
    `FUZZ_SEED: '${given ?? ''}' is not a whole number. Give the seed that was told.`,
  );
}
