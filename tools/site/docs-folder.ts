import { join } from 'node:path';
import { repositoryRoot } from '../repository-root';

/** Folder of the documentation's pages. */
export const docsFolder = join(repositoryRoot, 'docs');

/** Folder of {@link docsFolder} that the API reference is generated into. `libs/session/typedoc.json` names it as well. */
export const API_FOLDER = 'api';

/** Folder of the built site. */
export const siteFolder = join(repositoryRoot, 'dist/docs');
