/** Letters, digits and the characters of e-mail addresses. Upper case is accepted and means lower case. */
export const USERNAME_PATTERN = /^[A-Za-z0-9._@+-]{1,64}$/;

export const USERNAME_RULE = 'a username is 1 to 64 ASCII letters, digits or any of . _ @ + -';

export function isUsername(value: unknown): value is string {
  return typeof value === 'string' && USERNAME_PATTERN.test(value);
}

/** Returns the form in which a username is stored and looked up. */
export function canonicalUsername(username: string): string {
  return username.toLowerCase();
}
