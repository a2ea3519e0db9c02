import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eachRow } from '../testing/each-row';
import { temporaryFolder } from '../testing/temporary-folder';
import { addressOf } from './outside-link';

describe('a link of a page', () => {
  const repository = temporaryFolder();
  const url = 'https://git.example.com/team/sessions';
  const docs = () => join(repository(), 'docs');
  const from = (link: string, at: string | undefined = url) =>
    addressOf(link, join(docs(), 'start/first.md'), {
      repository: repository(),
      docs: docs(),
      url: at,
    });

  beforeEach(() => {
    mkdirSync(join(docs(), 'start'), { recursive: true });
    mkdirSync(join(repository(), 'docker'));
    writeFileSync(join(repository(), 'docker/a file.yaml'), '');
    writeFileSync(join(repository(), 'CHANGELOG.md'), '');
    writeFileSync(join(repository(), 'README.md'), '');
  });

  it('stays as it is to another page, another site and an anchor', () =>
    eachRow(
      [
        'second.md#roles',
        '../concepts/token.md',
        '#roles',
        'https://nestjs.com',
        '/api/',
        'mailto:a@b.c',
      ],
      (link) => {
        expect(from(link)).toBe(link);
      },
    ));

  it('leads to the repository for a file or folder outside of the pages', () => {
    expect(from('../../CHANGELOG.md#unreleased')).toBe(`${url}/blob/main/CHANGELOG.md#unreleased`);
    expect(from('../../docker')).toBe(`${url}/tree/main/docker`);
    expect(from('../../docker/a%20file.yaml')).toBe(`${url}/blob/main/docker/a%20file.yaml`);
  });

  it('leads from the README to the start page', () => {
    expect(from('../../README.md')).toBe('/');
  });

  it('is dropped for a file of a repository without an address', () => {
    expect(
      addressOf('../CHANGELOG.md', join(docs(), 'a.md'), {
        repository: repository(),
        docs: docs(),
        url: undefined,
      }),
    ).toBeNull();
  });

  it('fails for a file that does not exist, or is outside of the repository', () =>
    eachRow(['../../missing.md', '../../../outside.md'], (link) => {
      expect(() => from(link)).toThrow(
        `docs/start/first.md links to '${link}', which does not exist. Correct the link.`,
      );
    }));
});
