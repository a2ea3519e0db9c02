import { isCurrent, quotationsIn, quotedCode, withCurrentCode } from './quoted-code';

const SOURCE = `import { a } from 'a';

// #region class
class A {
  // #region method
  b() {
    return [1, 2];
  }
  // #endregion method
}
// #endregion class
`;

const read = (file: string) => (file === 'test/a.ts' ? SOURCE : '');

function pageWith(region: string, code: string): string {
  return `# Page\n\n<!-- code: test/a.ts#${region} -->\n\n\`\`\`ts\n${code}\`\`\`\n\nText.\n`;
}

describe('quotedCode', () => {
  it('returns a region without its indentation and without nested marks', () => {
    expect(quotedCode(SOURCE, 'method', 'test/a.ts')).toBe('b() {\n  return [1, 2];\n}\n');
    expect(quotedCode(SOURCE, 'class', 'test/a.ts')).toBe(
      'class A {\n  b() {\n    return [1, 2];\n  }\n}\n',
    );
  });

  it('returns the whole file without a region', () => {
    expect(quotedCode(SOURCE, undefined, 'test/a.ts')).toMatch(/^import [^#]*\n}\n$/);
  });

  it('names the missing region', () => {
    expect(() => quotedCode(SOURCE, 'other', 'test/a.ts')).toThrow(
      'test/a.ts has no region "other". Add the lines `// #region other` and `// #endregion other`.',
    );
  });
});

describe('quotationsIn', () => {
  it('finds code blocks below a mark, and no others', () => {
    const page = `${pageWith('class', 'class A {}\n')}\n\`\`\`ts\nother();\n\`\`\`\n`;
    expect(quotationsIn(page)).toEqual([
      { file: 'test/a.ts', region: 'class', shown: 'class A {}\n' },
    ]);
  });
});

describe('isCurrent', () => {
  it.each([
    ['the same code', 'b() {\n  return [1, 2];\n}\n', true],
    ['the same code with other line breaks', 'b() {\n  return [\n    1,\n    2,\n  ];\n}\n', true],
    ['other code', 'b() {\n  return [1, 3];\n}\n', false],
  ])('compares %s', (_, code, expected) => {
    const [quotation] = quotationsIn(pageWith('method', code));
    expect(quotation && isCurrent(quotation, read)).toBe(expected);
  });
});

describe('withCurrentCode', () => {
  it('replaces the code and nothing else', () => {
    expect(withCurrentCode(pageWith('method', 'old($&);\n'), read)).toBe(
      pageWith('method', 'b() {\n  return [1, 2];\n}\n'),
    );
  });
});
