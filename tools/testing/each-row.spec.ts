import { eachRow } from './each-row';

describe('eachRow', () => {
  it('checks every row', async () => {
    const checked: number[] = [];
    await eachRow([1, 2, 3], (row) => checked.push(row));
    expect(checked).toEqual([1, 2, 3]);
  });

  it('names every row that failed, and checks the rows after it', async () => {
    const table = eachRow(['a', 'bb', 'ccc'], async (row) => {
      await Promise.resolve();
      expect(row).toHaveLength(2);
    });
    await expect(table).rejects.toThrow(/^2 of 3 rows failed\.[^]*"a": [^]*"ccc": /);
  });

  it('accepts custom row names', async () => {
    const fail = () => {
      throw new Error('no');
    };
    await expect(eachRow([1], fail, () => 'the first')).rejects.toThrow('the first: no');
  });

  it('rejects an empty table', async () => {
    await expect(eachRow([], () => undefined)).rejects.toThrow('The table has no rows.');
  });
});
