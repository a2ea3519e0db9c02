import { relative } from 'node:path';
import { buildConsole, consoleFolder } from './build-console';

const kilobytes = (bytes: number) => (bytes / 1024).toFixed(1);

void buildConsole().then(({ firstLoad, all }) => {
  const folder = relative(process.cwd(), consoleFolder);
  console.log(
    `Built the console into ${folder}: ${kilobytes(firstLoad)} KB at first load with gzip, ${kilobytes(all)} KB in all.`,
  );
});
