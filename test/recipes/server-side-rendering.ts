import { createServer, type Server, type ServerResponse } from 'node:http';

/** Serves one page that is rendered for its visitor, without a framework. */
export function startPages(API_URL: string): Server {
  return createServer((request, response) => {
    const redirect = (location: string) => response.writeHead(303, { location }).end();
    const render = async (): Promise<ServerResponse> => {
      // #region page
      const { cookie = '', 'user-agent': userAgent = '' } = request.headers;
      const answer = await fetch(`${API_URL}/orders`, {
        headers: { cookie, 'user-agent': userAgent },
      });
      response.setHeader('Cache-Control', 'no-store');
      if (answer.status === 401) return redirect('/sign-in');
      // #endregion page
      return response.end(`<h1>${await answer.text()}</h1>`);
    };
    void render();
  });
}
