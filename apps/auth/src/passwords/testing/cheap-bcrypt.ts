import bcrypt from 'bcrypt';

/** Functions of the package, without their callback forms. */
export const bcryptPromises: {
  hash: (data: string, cost: number) => Promise<string>;
  compare: (data: string, hash: string) => Promise<boolean>;
} = bcrypt;

/** bcrypt's own minimum, 64 times cheaper than the lowest cost that {@link PasswordHasher} accepts. */
const CHEAPEST_COST = 4;

const COST = /^\$2b\$\d\d/;

const withCost = (hash: string, cost: number) =>
  hash.replace(COST, `$2b$${String(cost).padStart(2, '0')}`);

/** Pattern of the hash that {@link PasswordHasher} compares with when there is no hash of a user. */
const DUMMY = /\.{53}$/;

/**
 * Makes bcrypt cheap for the tests of the enclosing `describe` or file. A new hash names the requested cost
 * but is computed at bcrypt's lowest cost. A hash from elsewhere, such as an imported hash, takes its real
 * cost.
 */
export function cheapBcrypt(): void {
  const { hash, compare } = bcryptPromises;
  const cheapHashes = new Set<string>();
  const isCheap = (known: string) => cheapHashes.has(known) || DUMMY.test(known);
  const spies: jest.SpyInstance[] = [];

  beforeAll(() => {
    spies.push(
      jest.spyOn(bcryptPromises, 'hash').mockImplementation(async (data, cost) => {
        const cheap = withCost(await hash(data, CHEAPEST_COST), cost);
        cheapHashes.add(cheap);
        return cheap;
      }),
      jest
        .spyOn(bcryptPromises, 'compare')
        .mockImplementation((data, known) =>
          compare(data, isCheap(known) ? withCost(known, CHEAPEST_COST) : known),
        ),
    );
  });

  afterAll(() => {
    for (const spy of spies) spy.mockRestore();
  });
}
