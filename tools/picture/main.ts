import { writeFileSync } from 'node:fs';
import { Curl } from './curl';
import { PICTURE_FILE } from './picture-file';
import { withSystem } from './run-system';
import { terminalPicture } from './terminal-picture';
import { callsTab, startTab, tour } from './tour';

/** Performs the story of the README on a real system, and draws it. */
async function main(): Promise<void> {
  const session = await withSystem(async ({ urls, printed }) =>
    tour([startTab(printed), await callsTab(urls, new Curl())]),
  );
  writeFileSync(PICTURE_FILE, terminalPicture(session));
  console.log(`${PICTURE_FILE} is up to date.`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
