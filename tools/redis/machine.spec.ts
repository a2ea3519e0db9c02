import { eachRow } from '../testing/each-row';
import { linuxFamily } from './machine';

describe('linuxFamily', () => {
  it('is read from os-release', async () => {
    await eachRow(
      [
        ['Debian', 'NAME="Debian GNU/Linux"\nVERSION_ID="12"\nID=debian\n', 'debian'],
        ['Ubuntu', 'VERSION_ID="24.04"\nID=ubuntu\nID_LIKE=debian\n', 'debian'],
        ['Linux Mint', 'ID=linuxmint\nID_LIKE="ubuntu debian"\n', 'debian'],
        ['Rocky Linux', 'ID="rocky"\nID_LIKE="rhel centos fedora"\n', 'fedora'],
        ['openSUSE', 'ID="opensuse-tumbleweed"\nID_LIKE="opensuse suse"\n', 'suse'],
        ['Arch', 'ID=arch\n', 'arch'],
        ['Alpine', 'ID=alpine\nVERSION_ID=3.20\n', 'alpine'],
        ['something else', 'ID=nixos\n', 'other'],
        ['a name that only contains another', 'ID=debianoid\n', 'other'],
        ['no file', '', 'other'],
      ] as const,
      ([, osRelease, family]) => {
        expect(linuxFamily(osRelease)).toBe(family);
      },
      ([name]) => name,
    );
  });
});
