import { isLinted } from './linted-files';

it('applies the rules to code, pages, settings and scripts', () => {
  const files = ['apps/a.ts', 'rspack.config.js', 'SECURITY.md', 'docker/Dockerfile', '.ci/run'];
  expect(files.filter(isLinted)).toEqual(files);
});

it('leaves out generated files, pictures and the licence', () => {
  const files = [
    'package-lock.json',
    'apps/auth/src/database/migrations/0.sql',
    'a.svg',
    'LICENSE',
  ];
  expect(files.filter(isLinted)).toEqual([]);
});
