import { getParser } from 'bowser';

/** The product at the start of a User-Agent (RFC 9110, 10.1.5). */
const PRODUCT = /^[\w!#$%&'*+.^`|~-]{1,64}/;

const DEVICES: Readonly<Record<string, DeviceKind>> = {
  mobile: 'phone',
  tablet: 'tablet',
  desktop: 'computer',
};

export type DeviceKind = 'phone' | 'tablet' | 'computer' | 'program';

/** Device in words, such as `Firefox on Windows`. */
export interface DeviceWords {
  readonly name: string;
  readonly kind: DeviceKind;
}

/** Returns the browser and the operating system that a User-Agent names. */
export function userAgentWords(userAgent: string | null): DeviceWords {
  const text = userAgent?.trim() ?? '';
  if (text === '') return { name: 'Unknown device', kind: 'program' };
  const parser = getParser(text);
  const browser = parser.getBrowserName();
  const system = parser.getOSName();
  const kind = DEVICES[parser.getPlatformType()] ?? 'program';
  // For an unknown browser the parser returns a part from the beginning.
  const isKnown = browser !== '' && !text.startsWith(browser);
  const name = isKnown ? browser : (PRODUCT.exec(text)?.[0] ?? 'Unknown program');
  return { name: system === '' ? name : `${name} on ${system}`, kind };
}
