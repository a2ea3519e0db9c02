import { eachRow } from '../testing/each-row';
import { repositoryUrl } from './repository-url';

describe('the address of the repository', () => {
  it('is that of its web page', () =>
    eachRow(
      [
        'https://git.example.com/team/sessions',
        'git+https://git.example.com/team/sessions.git',
        { type: 'git', url: 'git+https://git.example.com/team/sessions.git' },
      ],
      (repository) => {
        expect(repositoryUrl({ repository })).toBe('https://git.example.com/team/sessions');
      },
    ));

  it('is unknown without one in package.json', () => {
    expect(repositoryUrl({})).toBeUndefined();
  });
});
