import { readFile, writeFile } from 'node:fs/promises';
import { Injectable, Module } from '@nestjs/common';

/** Keeps the position of the last handled event in a file. */
@Injectable()
export class Bookmarks {
  readonly #file = process.env.BOOKMARK_FILE ?? 'bookmark';

  /** Returns `null` before the first event. */
  load(): Promise<string | null> {
    return readFile(this.#file, 'utf8').catch(() => null);
  }

  save(position: string): Promise<void> {
    return writeFile(this.#file, position);
  }
}

@Module({ providers: [Bookmarks], exports: [Bookmarks] })
export class BookmarksModule {}
