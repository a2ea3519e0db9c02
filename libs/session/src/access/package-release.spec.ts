import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { releaseOfPackage } from './package-release.js';

describe('the release of a program', () => {
  let folder: string;
  const { npm_package_version: before } = process.env;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'package-release-'));
    mkdirSync(join(folder, 'dist', 'apps'), { recursive: true });
    process.env.npm_package_version = '9.9.9';
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
    if (before === undefined) delete process.env.npm_package_version;
    else process.env.npm_package_version = before;
  });

  const program = () => join(folder, 'dist', 'apps', 'main.js');
  const describePackage = (text: string) => {
    writeFileSync(join(folder, 'package.json'), text);
  };

  it('is the version of the containing package, with and without npm', () => {
    describePackage('{ "version": "1.2.3" }');
    expect(releaseOfPackage(program())).toBe('1.2.3');
    delete process.env.npm_package_version;
    expect(releaseOfPackage(program())).toBe('1.2.3');
  });

  it('falls back to the version that npm sets', () => {
    for (const text of ['{}', '{ "version": 1 }', '{ "version": "" }', 'null', '{']) {
      describePackage(text);
      expect(releaseOfPackage(program())).toBe('9.9.9');
    }
    delete process.env.npm_package_version;
    expect(releaseOfPackage(program())).toBeUndefined();
  });

  it('is read from the working directory for a tool', () => {
    const cwd = jest.spyOn(process, 'cwd').mockReturnValue(join(folder, 'dist'));
    describePackage('{ "version": "1.2.3" }');
    expect(releaseOfPackage('/home/somebody/node_modules/pm2/bin/pm2')).toBe('1.2.3');
    expect(releaseOfPackage(undefined)).toBe('1.2.3');
    cwd.mockRestore();
  });
});
