import { startProvider } from './provider.js';

const appUrl = process.env.PUBLIC_URL ?? 'http://localhost:3000';
const { issuer } = await startProvider(appUrl, Number(process.env.PROVIDER_PORT ?? 4000));
console.log(`A provider for development answers at ${issuer}, and redirects to ${appUrl}.`);
