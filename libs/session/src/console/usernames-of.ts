/** Returns usernames by the ids of users. Unknown users are left out. */
export type UsernamesOf = (
  ids: readonly string[],
) => ReadonlyMap<string, string> | Promise<ReadonlyMap<string, string>>;
