import { fileURLToPath } from 'node:url';

// Lets Node.js run TypeScript: `node --import ./tools/typescript.mjs <file>`. The root tsconfig.json
// only refers to others, as Nest lays a workspace out; this is the one that holds for every file.
process.env.TSX_TSCONFIG_PATH ??= fileURLToPath(
  new URL('../tsconfig.workspace.json', import.meta.url),
);
await import('tsx');
