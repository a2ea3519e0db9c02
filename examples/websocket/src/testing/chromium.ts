import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Chromium of Linux distributions. */
const PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/snap/bin/chromium'];

/** Starts the Chromium that `CHROMIUM` names or that is installed, else Google Chrome. */
export function launchChromium(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? PATHS.find((path) => existsSync(path));
  return chromium.launch(executablePath === undefined ? { channel: 'chrome' } : { executablePath });
}
