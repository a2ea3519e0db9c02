import { getParser } from 'bowser';

/**
 * A standalone number with its suffix: `142.0.0.0`, `18_7`, `15E148`. Not the end of a word, such as
 * `x86_64`.
 */
const VERSION = /(?<![\w.])\d[\w.]*/g;

/** The product at the start of a User-Agent (RFC 9110, 10.1.5), without its version. */
const PRODUCT = /^[\w!#$%&'*+.^`|~-]{1,64}/;

/** A phone or tablet that requests the desktop page claims to be a desktop. */
const SYSTEMS: Readonly<Record<string, string>> = {
  iOS: 'macOS or iOS',
  macOS: 'macOS or iOS',
  Android: 'Linux or Android',
  Linux: 'Linux or Android',
};

/**
 * Returns the browser and operating system that a User-Agent names, such as `Firefox on Windows`. The result
 * stays the same while a user has the same browser on the same device, whatever is updated. For an unknown
 * browser it contains the first product, such as `curl`.
 *
 * @returns `null` for an empty text
 */
export function userAgentFamily(userAgent: string): string | null {
  const text = userAgent.trim().replace(VERSION, '1.1');
  if (text === '') return null;
  const parser = getParser(text);
  const browser = parser.getBrowserName();
  // For an unknown browser the parser returns a part from the beginning, versions included.
  const isKnown = !text.startsWith(browser);
  const name = isKnown ? browser : (PRODUCT.exec(text)?.[0] ?? 'unknown');
  const system = parser.getOSName();
  return system === '' ? name : `${name} on ${SYSTEMS[system] ?? system}`;
}
