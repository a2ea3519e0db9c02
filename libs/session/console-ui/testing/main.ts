import { startDevelopmentServer } from './development-server';

// Usage: npm run build:console && node --import ./tools/typescript.mjs libs/session/console-ui/testing/main.ts 4600
void startDevelopmentServer(Number(process.argv[2] ?? 4600), true).then(({ url }) => {
  console.log(`The console is at ${url}`);
});
