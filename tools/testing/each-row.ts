/**
 * Checks every row of a table in one test. The error names each failed row; a failed row does not stop the
 * check of later rows.
 *
 * @param nameOf Text for a row in the error. @default the row as JSON
 * @throws Error when a row fails, or when the table is empty
 * @example
 * await eachRow(malformed, ([, record]) => expect(decodeSession(id, record)).toBeNull(), ([name]) => name);
 */
export async function eachRow<Row>(
  rows: readonly Row[],
  check: (row: Row) => unknown,
  nameOf: (row: Row) => string = (row) => JSON.stringify(row),
): Promise<void> {
  if (rows.length === 0) throw new Error('The table has no rows.');
  const failures: string[] = [];
  for (const row of rows) {
    try {
      await check(row);
    } catch (error) {
      const { message } = error as Error;
      failures.push(`${nameOf(row)}: ${message}`);
    }
  }
  if (failures.length === 0) return;
  throw new Error(`${failures.length} of ${rows.length} rows failed.\n\n${failures.join('\n\n')}`);
}
