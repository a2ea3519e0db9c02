import { getParser } from 'bowser';

/**
 * A number on its own, with what hangs on it: `142.0.0.0`, `18_7`, `15E148`. Not the end of a word, such
 * as `x86_64`.
 */
const VERSION = /(?<![\w.])\d[\w.]*/g;

/** The product that a User-Agent begins with (RFC 9110, 10.1.5), without its version. */
const PRODUCT = /^[\w!#$%&'*+.^`|~-]{1,64}/;

/** A phone or tablet that asks for the desktop's page says that it is one. */
const SYSTEMS: Readonly<Record<string, string>> = {
  iOS: 'macOS or iOS',
  macOS: 'macOS or iOS',
  Android: 'Linux or Android',
  Linux: 'Linux or Android',
};

/**
 * Which browser on which operating system a User-Agent names, such as `Firefox on Windows`: what stays
 * the same for as long as somebody uses the same browser on the same device, whatever is updated. Of what
 * is no known browser its first product, such as `curl`.
 *
 * @returns `null` for none
 */
export function userAgentFamily(userAgent: string): string | null {
  const text = userAgent.trim().replace(VERSION, '1.1');
  if (text === '') return null;
  const parser = getParser(text);
  const browser = parser.getBrowserName();
  // Of what it does not know the parser gives a part from the beginning, versions and all.
  const isKnown = !text.startsWith(browser);
  const name = isKnown ? browser : (PRODUCT.exec(text)?.[0] ?? 'unknown');
  const system = parser.getOSName();
  return system === '' ? name : `${name} on ${SYSTEMS[system] ?? system}`;
}
