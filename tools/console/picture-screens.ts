import type { BrowserContextOptions } from 'playwright-core';

const DESKTOP = { width: 1280, height: 800 };

/** Screens of the pictures by name. Widths and heights are CSS pixels. */
export const SCREENS = {
  light: { viewport: DESKTOP, reducedMotion: 'reduce' },
  dark: { viewport: DESKTOP, colorScheme: 'dark' },
  phone: { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, isMobile: true },
  zoomed: { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 },
  contrast: { viewport: DESKTOP, forcedColors: 'active', colorScheme: 'dark' },
} as const satisfies Record<string, BrowserContextOptions>;

export type ScreenName = keyof typeof SCREENS;

/** Places of the console, of which each screen has a picture. The sign-in page is always among them. */
export const PLACES = [
  'overview',
  'account',
  'sessions',
  'sessions?role=orders',
  'ended',
  'users',
  'users/carol',
  'services',
  'health',
] as const;

interface DocumentedPicture {
  /** Name of its file. */
  readonly name: string;
  readonly place: (typeof PLACES)[number];
  readonly screen: ScreenName;
}

/** Pictures of the documentation. */
export const DOCUMENTED: readonly DocumentedPicture[] = [
  { name: 'overview', place: 'overview', screen: 'light' },
  { name: 'sessions', place: 'sessions', screen: 'light' },
  { name: 'user', place: 'users/carol', screen: 'light' },
  { name: 'account', place: 'account', screen: 'phone' },
];
