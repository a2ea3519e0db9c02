import { join } from 'node:path';
import { docsFolder } from '../site/docs-folder';

/** Picture of a session, which the README and the site show. */
export const PICTURE_FILE = join(docsFolder, 'public/terminal.svg');
