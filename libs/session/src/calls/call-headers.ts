import type { CallContent } from './call-content.js';

/** Returns the headers that identify the caller of one call: names in lower case, and their values. */
export type CallHeaders = (content: CallContent) => Readonly<Record<string, string>>;
