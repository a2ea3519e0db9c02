import { runCommand } from './run-command';

const node = (source: string) => [process.execPath, ['-e', source]] as const;

describe('runCommand', () => {
  it('runs a program to completion and forwards its output', async () => {
    const lines: string[] = [];

    await runCommand(...node('console.log("one"); process.stderr.write("no line end");'), {
      onLine: (line) => lines.push(line),
    });

    expect(lines.toSorted()).toEqual(['no line end', 'one']);
  });

  it('fails with the command, its exit code and its output', async () => {
    await expect(
      runCommand(...node('console.log("the reason"); process.exitCode = 7;')),
    ).rejects.toThrow(/^`node -e .*` ended with code 7:\nthe reason$/);
  });

  it('shows the last lines of a long output', async () => {
    const failure = runCommand(
      ...node('for (let i = 1; i <= 1000; i++) console.log("line " + i); process.exitCode = 1;'),
    );

    await expect(failure).rejects.toThrow('line 1000');
    await expect(failure).rejects.not.toThrow('line 900\n');
  });

  it('fails for a missing program', async () => {
    await expect(runCommand('no-such-program', [])).rejects.toThrow('ENOENT');
  });

  it('rejects when its signal is aborted', async () => {
    const stop = new AbortController();
    const run = runCommand(...node('console.log("up"); setInterval(() => {}, 1000);'), {
      signal: stop.signal,
      onLine: () => {
        stop.abort();
      },
    });

    await expect(run).rejects.toThrow('aborted');
  });
});
