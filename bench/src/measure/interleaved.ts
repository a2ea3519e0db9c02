/**
 * Measures all variants once per round, so that the machine's other work falls on all of them. Every other
 * round goes backwards, so that no variant always follows the same one.
 *
 * @returns results of each variant, in the order of the rounds
 */
export async function interleaved<V, M>(
  variants: readonly V[],
  rounds: number,
  measure: (variant: V, round: number) => M | Promise<M>,
): Promise<Map<V, M[]>> {
  const measured = new Map<V, M[]>(variants.map((variant) => [variant, []]));
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? variants : variants.toReversed();
    for (const variant of order) measured.get(variant)?.push(await measure(variant, round));
  }
  return measured;
}
