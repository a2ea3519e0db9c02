import { eachRow } from '../../../../tools/testing/each-row';
import { withIoredis } from './ioredis-dependency';

const add = (text: string) => withIoredis(text, '^6.0.0');

describe('withIoredis', () => {
  it('adds ioredis in alphabetical order, with the indentation and the line ends of the file', () =>
    eachRow(['\t', '    ', '  '], (indentation) => {
      const manifest = { name: 'shop', dependencies: { '@nestjs/core': '^12', rxjs: '^7' } };
      const expected = {
        name: 'shop',
        dependencies: { '@nestjs/core': '^12', ioredis: '^6.0.0', rxjs: '^7' },
      };
      const text = (it: object) => `${JSON.stringify(it, null, indentation)}\n`;
      expect(add(text(manifest))).toBe(text(expected));
      const windows = (it: object) => text(it).replaceAll('\n', '\r\n');
      expect(add(windows(manifest))).toBe(windows(expected));
    }));

  it('adds the dependencies to a file without them', () => {
    expect(add('{}')).toBe('{\n  "dependencies": {\n    "ioredis": "^6.0.0"\n  }\n}');
  });

  it('keeps a file that names ioredis', () =>
    eachRow(['dependencies', 'devDependencies', 'peerDependencies'], (kind) => {
      const text = `{ "${kind}": { "ioredis": "^5.4.0" } }`;
      expect(add(text)).toBe(text);
    }));
});
