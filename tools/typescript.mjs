import { fileURLToPath } from 'node:url';

// Lets Node.js run TypeScript: `node --import ./tools/typescript.mjs <file>`. The root tsconfig.json only
// refers to others, in Nest's workspace layout; tsconfig.workspace.json applies to every file.
process.env.TSX_TSCONFIG_PATH ??= fileURLToPath(
  new URL('../tsconfig.workspace.json', import.meta.url),
);
await import('tsx');
