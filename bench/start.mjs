import { spawn, spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';

const folder = import.meta.dirname;

installWhatIsMissing();
const { build } = await import('./build.mjs');
await build();
const main = join(folder, '.build/bench/src/main.js');
const child = spawn(process.execPath, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
// A Ctrl-C reaches the child as well, which ends what it has started and then itself.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});

/** npm notes what it has installed in a lock file of its own, and when. */
function installWhatIsMissing() {
  const installedAt = modifiedAt('node_modules/.package-lock.json');
  if (installedAt >= modifiedAt('package-lock.json')) return;
  console.log('Installing what is compared with');
  const { status } = spawnSync('npm', ['install', '--no-audit', '--no-fund'], {
    cwd: folder,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) process.exit(status ?? 1);
}

function modifiedAt(file) {
  return statSync(join(folder, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
