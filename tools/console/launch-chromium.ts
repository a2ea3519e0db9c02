import { type Browser, chromium } from 'playwright-core';
import { findOnPath } from '../processes/find-on-path';

/** Containers have no GPU, no user namespaces and little shared memory. */
const ARGUMENTS = ['--disable-gpu', '--no-sandbox', '--disable-dev-shm-usage'];

/** Starts a browser without a window: the Chromium of `CHROMIUM` or of the PATH. */
export function launchChromium(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? findOnPath('chromium') ?? undefined;
  return chromium.launch({ executablePath, args: ARGUMENTS });
}
