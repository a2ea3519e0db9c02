/**
 * Has timers of one length run out sooner, where the tested code has no option for it. All others are left
 * alone. Lasts until `jest.restoreAllMocks()`.
 *
 * @param from Length as the tested code gives it, in milliseconds.
 * @param to Length that the timers get, in milliseconds.
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
