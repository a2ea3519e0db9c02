import { startPage } from './page-server.js';

const port = Number(process.env.PAGE_PORT ?? 5173);
const apiUrl = process.env.API_URL ?? 'http://localhost:3000';
await startPage(port, apiUrl);
console.log(`Open http://localhost:${port.toString()}. The page calls the API at ${apiUrl}.`);
