/**
 * Changes the length of timers, where the tested code has no option for it. Timers of another length are
 * left alone. Lasts until `jest.restoreAllMocks()`.
 *
 * @param from Length that the tested code sets, in milliseconds.
 * @param to New length of these timers, in milliseconds.
 */
export function shortenTimers(from: number, to: number): void {
  const { setTimeout } = globalThis;
  jest
    .spyOn(globalThis, 'setTimeout')
    .mockImplementation(((
      callback: (...args: unknown[]) => void,
      milliseconds?: number,
      ...args: unknown[]
    ) =>
      setTimeout(
        callback,
        milliseconds === from ? to : milliseconds,
        ...args,
      )) as typeof globalThis.setTimeout);
}
