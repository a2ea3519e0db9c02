import type { Server } from 'node:http';
import request from 'supertest';

// #region sign-in
/** Signs in, and returns the cookie to send. `request.agent()` would not send it over HTTP. */
export async function cookieAfterSignIn(server: Server, username: string, password: string) {
  const login = await request(server).post('/auth/login').send({ username, password }).expect(204);
  const [cookie = ''] = login.get('Set-Cookie') ?? [];
  return cookie.split(';')[0] ?? '';
}
// #endregion sign-in

export async function readOrders(server: Server): Promise<void> {
  // #region request
  const cookie = await cookieAfterSignIn(server, 'ada', 'ada-demo-password');
  await request(server).get('/orders').set('Cookie', cookie).expect(200);
  // #endregion request
}
