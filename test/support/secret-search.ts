/** Returns the spellings of a secret: a reader of any spelling has the secret. */
export function spellingsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const spellings = [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    bytes.toString('latin1'),
    bytes.toString('hex'),
    ...base64Of(bytes),
  ];
  // A token is an encoding of bytes.
  if (/^[\w-]{43}$/.test(secret)) {
    const token = Buffer.from(secret, 'base64url');
    spellings.push(token.toString('hex'), token.toString('base64'));
  }
  return [...new Set(spellings)];
}

/** Returns the base64 of bytes in the middle of other text, which depends on their offset modulo three. */
function base64Of(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const middle = text.slice(before === 0 ? 0 : before + 1, -4);
    return [middle, middle.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

/** Returns the place of each secret that was found; a test expects an empty list. */
export function findSecrets(
  secrets: Readonly<Record<string, string>>,
  places: Readonly<Record<string, readonly string[]>>,
): string[] {
  return Object.entries(secrets).flatMap(([name, secret]) =>
    spellingsOf(secret).flatMap((spelling) =>
      Object.entries(places).flatMap(([place, texts]) =>
        texts
          .filter((text) => text.includes(spelling))
          .map((text) => `${name} in ${place}: ${text.slice(0, 300)}`),
      ),
    ),
  );
}
