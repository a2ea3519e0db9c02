/** Case of a contract, for any test runner. */
export interface ContractCase {
  /** Subject, action and outcome. Unique in its contract. */
  readonly name: string;
  /**
   * Whether the outcome is the same on any number of servers. Tests of a store on several topologies may
   * leave such cases out on all but one.
   */
  readonly isLocal: boolean;
  /** Opens a store and checks it. Takes no parameter, because Jest would pass a callback. */
  readonly run: () => Promise<void>;
}

/** Case before it has a store. */
export interface OpenCase<Ground> extends Pick<ContractCase, 'name' | 'isLocal'> {
  readonly check: (ground: Ground) => Promise<void>;
}

type Checks<Ground> = Readonly<Record<string, OpenCase<Ground>['check']>>;

/**
 * Returns the cases about one subject.
 *
 * @param anywhere Checks by name, which may depend on the number of servers.
 * @param local Checks by name, with the same outcome on any number of servers.
 */
export function casesAbout<Ground>(
  subject: string,
  { anywhere = {}, local = {} }: { anywhere?: Checks<Ground>; local?: Checks<Ground> },
): OpenCase<Ground>[] {
  const named = (checks: Checks<Ground>, isLocal: boolean) =>
    Object.entries(checks).map(([name, check]) => ({ name: `${subject} ${name}`, isLocal, check }));
  return [...named(anywhere, false), ...named(local, true)];
}
