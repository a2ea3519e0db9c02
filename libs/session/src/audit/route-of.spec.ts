import { Controller } from '@nestjs/common';
import { eachRow } from '../../../../tools/testing/each-row.js';
import { contextOf, message } from '../guard/test-support/guarded.js';
import { routeOf } from './route-of.js';

@Controller()
class TeaController {
  handler(): void {
    // Only its name matters.
  }
}

describe('the route in the security log', () => {
  it('is the pattern of the route, never the requested URL', async () => {
    const rows: [request: object, route: string | null][] = [
      [{ route: { path: '/tea/:id' } }, '/tea/:id'],
      [{ baseUrl: '/shop', route: { path: '/tea/:id' } }, '/shop/tea/:id'],
      [{ routeOptions: { url: '/tea/:id' } }, '/tea/:id'],
      [{ route: { path: /tea/ }, routeOptions: { url: '/tea/:id' } }, '/tea/:id'],
      [{ route: { path: /tea/ } }, null],
      [{ baseUrl: '/canary' }, null],
      [{ routeOptions: {} }, null],
      [{}, null],
    ];
    await eachRow(rows, ([request, route]) => {
      const host = contextOf(
        'http',
        [TeaController, 'handler'],
        [{ url: '/tea/canary', originalUrl: '/tea/canary', method: 'PUT', ...request }],
      );
      expect(routeOf(host)).toEqual({ method: 'PUT', route });
    });
  });

  it('is null, like the method, when the request or transport has none', () => {
    expect(routeOf(contextOf('http', [TeaController, 'handler'], [{}]))).toEqual({
      method: null,
      route: null,
    });
    expect(routeOf(contextOf('ws', [TeaController, 'handler'], [{ method: 'GET' }]))).toEqual({
      method: null,
      route: null,
    });
  });

  it('is the pattern of a message', async () => {
    class TcpContext {
      constructor(private readonly pattern: unknown) {}

      getPattern(): unknown {
        return this.pattern;
      }
    }
    const rows: [carrier: unknown, route: string | null][] = [
      [new TcpContext('brew'), 'brew'],
      [new TcpContext({ cmd: 'brew' }), null],
      [{ getPattern: 'brew' }, null],
      [{}, null],
      [null, null],
      [undefined, null],
      ['brew', null],
    ];
    await eachRow(rows, ([carrier, route]) => {
      const host = message([TeaController, 'handler'], { pattern: 'canary' }, carrier as object);
      expect(routeOf(host)).toEqual({ method: null, route });
    });
  });
});
