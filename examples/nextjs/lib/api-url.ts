/** Address of the API for this server, never for browsers. `next build` reads it, too. */
export const API_URL = process.env.API_URL ?? 'http://localhost:3000';
