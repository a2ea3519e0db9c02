import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../../tools/repository-root';
import { documentationPages } from '../../tools/site/documentation-pages';
import { checkComposeCommand } from './support/compose-command';
import { blocksOf, commandsOf, fileOf, isShownBy } from './support/page-blocks';

const PAGE = `# Page

\`\`\`sh
first --with 'a # in quotes'
second
\`\`\`

\`\`\`ts
// src/a.ts
export const a = 1;
\`\`\`

\`\`\`console
$ third
HTTP/1.1 200 OK

{"by":"…"}
$ fourth
\`\`\`
`;

describe('the blocks of a page', () => {
  it('are commands with their output, and files', () => {
    const blocks = blocksOf(PAGE);
    expect(blocks.flatMap(commandsOf)).toEqual([
      { command: "first --with 'a # in quotes'", output: [] },
      { command: 'second', output: [] },
      { command: 'third', output: ['HTTP/1.1 200 OK', '{"by":"…"}'] },
      { command: 'fourth', output: [] },
    ]);
    expect(blocks.map(fileOf)).toContainEqual({ path: 'src/a.ts', text: 'export const a = 1;\n' });
  });

  it('show the lines of an output, with any text in place of …', () => {
    const lines = ['HTTP/1.1 200 OK', '{"by":"u-1"}'];
    expect(isShownBy(lines, ['{"by":"…"}'])).toBe(true);
    expect(isShownBy(lines, ['HTTP/1.1 200 OK', '{"by":"…"'])).toBe(false);
    expect(isShownBy(lines, ['HTTP/1.1 2.. OK'])).toBe(false);
  });
});

describe('checkComposeCommand', () => {
  const compose = 'docker compose --env-file docker/.env -f docker/single/compose.yaml';

  it('accepts services of the file', () => {
    expect(() => {
      checkComposeCommand(`${compose} run --rm users list`);
      checkComposeCommand(`${compose} up -d --build`);
    }).not.toThrow();
  });

  it.each([
    ['another service', `${compose} exec valkey sh`, 'the service "valkey"'],
    ['another file', compose.replace('single', 'double') + ' up', 'does not exist'],
    ['a missing profile', `${compose} --profile mail up -d`, 'the profile "mail"'],
    ['another form', 'docker compose up', 'not a known form'],
  ])('refuses %s', (_, command, message) => {
    expect(() => {
      checkComposeCommand(command);
    }).toThrow(message);
  });
});

it('every page with commands is followed by a test of this folder', () => {
  const specs = readdirSync(__dirname)
    .filter((file) => file.endsWith('.full-spec.ts'))
    .map((file) => readFileSync(join(__dirname, file), 'utf8'))
    .join('');
  const withCommands = ['README.md', ...documentationPages()]
    .filter((page) => /^(README|docs\/(start|recipes)\/)/.test(page))
    .filter((page) => {
      const text = readFileSync(join(repositoryRoot, page), 'utf8');
      return blocksOf(text).flatMap(commandsOf).length > 0;
    });
  expect(withCommands.length).toBeGreaterThan(10);
  expect(withCommands.filter((page) => !specs.includes(`'${page}'`))).toEqual([]);
});
