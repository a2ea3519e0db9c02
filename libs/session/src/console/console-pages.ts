import { readdir, readFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { SessionOptionsError } from '../errors/session-options.error.js';
import type { PageConfig } from './page-config.js';

/** Media types of the built files, by extension. */
const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Folder of the built pages, next to the code: in the package and in the repository. */
const PAGES = join(dirname(__filename), '../../console-ui/dist');

const BASE = '<base href="/" />';
const CONFIG = '<meta name="nest-sessions-console" content="{}" />';

/** A built file of the console. */
export interface ConsoleFile {
  readonly type: string;
  readonly plain: Buffer;
  /** The same content, compressed with gzip. */
  readonly gzip: Buffer;
}

/**
 * Built pages of the console in memory, some hundred kilobytes. Only files that existed at the start are served, so
 * that no request reaches the file system.
 */
export class ConsolePages {
  private constructor(
    private readonly html: string,
    private readonly files: ReadonlyMap<string, ConsoleFile>,
  ) {}

  /** @throws SessionOptionsError when the pages are missing in the folder */
  static async read(folder = PAGES): Promise<ConsolePages> {
    const html = await readFile(join(folder, 'index.html'), 'utf8').catch(() => '');
    if (!html.includes(BASE) || !html.includes(CONFIG)) {
      throw new SessionOptionsError(
        `The pages of the console are missing in ${folder}. Give their folder as 'pages', or install nest-sessions again.`,
      );
    }
    const names = ['icon.svg', ...(await namesIn(folder, 'assets'))];
    const files = await Promise.all(
      names.map(async (name) => [name, await fileOf(join(folder, name))] as const),
    );
    return new ConsolePages(html, new Map(files));
  }

  /** Returns the page with its configuration. */
  page(config: PageConfig): string {
    const json = escapeHtml(JSON.stringify(config));
    // Functions, because a replacement text may not contain `$`.
    return this.html
      .replace(BASE, () => `<base href="${escapeHtml(config.base)}" />`)
      .replace(CONFIG, () => `<meta name="nest-sessions-console" content="${json}" />`);
  }

  /** @param name Path below the console, such as `assets/index-BxW2f9.js`. */
  file(name: string): ConsoleFile | null {
    return this.files.get(name) ?? null;
  }
}

async function namesIn(folder: string, inner: string): Promise<string[]> {
  const names = await readdir(join(folder, inner));
  return names.filter((name) => extname(name) in TYPES).map((name) => `${inner}/${name}`);
}

async function fileOf(path: string): Promise<ConsoleFile> {
  const plain = await readFile(path);
  const type = TYPES[extname(path)] ?? 'application/octet-stream';
  return { type, plain, gzip: await promisify(gzip)(plain, { level: 9 }) };
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? '');
}
