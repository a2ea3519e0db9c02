import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Curl } from './curl';

describe('a call of curl', () => {
  let server: Server;
  let url: string;

  beforeAll(async () => {
    server = createServer((request, response) => {
      const { method, url, headers } = request;
      response.setHeader('Set-Cookie', ['a=1; Path=/; Secure', 'b=2; Path=/deep; HttpOnly']);
      response.statusCode = url === '/none' ? 404 : 200;
      request.setEncoding('utf8').on('data', (body: string) => response.write(body));
      request.on('end', () => {
        response.end(`|${method} ${headers['content-type']} ${headers.cookie}`);
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    server.close();
    await once(server, 'close');
  });

  it('sends the method, the header and the data of its options', async () => {
    const curl = new Curl();
    const posted = await curl.run(`curl -i -H 'content-type: text/a; b:c' -d '{"d":"e f"}' ${url}`);
    expect(posted.body).toBe('{"d":"e f"}|POST text/a; b:c undefined');
    expect((await curl.run(`curl -i -X PUT ${url}`)).body).toBe('|PUT undefined undefined');
  });

  it('returns the status line and the headers as the server has sent them', async () => {
    const { statusLine, headers } = await new Curl().run(`curl -i ${url}/none`);
    expect(statusLine).toBe('HTTP/1.1 404 Not Found');
    expect(headers.slice(0, 2)).toEqual([
      'Set-Cookie: a=1; Path=/; Secure',
      'Set-Cookie: b=2; Path=/deep; HttpOnly',
    ]);
  });

  it('sends each cookie of its file to the path of the cookie', async () => {
    const curl = new Curl();
    await curl.run(`curl -c one.cookies ${url}`);
    expect((await curl.run(`curl -b one.cookies ${url}/`)).body).toContain(' a=1');
    expect((await curl.run(`curl -b one.cookies ${url}/`)).body).not.toContain('b=2');
    expect((await curl.run(`curl -b one.cookies ${url}/deep`)).body).toContain(' a=1; b=2');
  });

  it('is refused with an unknown option, a file that does not exist, or another program', async () => {
    const curl = new Curl();
    await expect(curl.run(`curl --json {} ${url}`)).rejects.toThrow('The option --json is unknown');
    await expect(curl.run(`curl -b two.cookies ${url}`)).rejects.toThrow('two.cookies');
    await expect(curl.run(`wget ${url}`)).rejects.toThrow('Not a call of curl');
  });
});
