import type { NextConfig } from 'next';
import { API_URL } from './lib/api-url';

const config: NextConfig = {
  // The browser knows one origin: the cookie needs no CORS, and the API's Set-Cookie reaches the browser as it is.
  rewrites: async () => [{ source: '/api/:path*', destination: `${API_URL}/:path*` }],
  poweredByHeader: false,
  turbopack: { root: import.meta.dirname },
};

export default config;
