import { connectSubscriptions, isClosed } from './client/subscriptions.js';

/** Signs in, orders tea, and signs out when it hears of the order. The server then ends the subscription. */
const api = process.env.API_URL ?? 'http://localhost:3000';
const headers = { 'content-type': 'application/json', cookie: '' };

async function post(path: string, body: object): Promise<Response> {
  return fetch(api + path, { method: 'POST', headers, body: JSON.stringify(body) });
}

const login = await post('/auth/login', { username: 'ada', password: 'ada-demo-password' });
headers.cookie = login.headers.getSetCookie()[0]?.split(';')[0] ?? '';

const orders = connectSubscriptions(`${api}/graphql`, headers).iterate({
  query: 'subscription { orderPlaced { product cost } }',
});
// A subscription hears of orders from its start on, which the client does not know.
const ordering = setInterval(() => {
  void post('/graphql', { query: 'mutation { placeOrder(product: "tea") { id } }' });
}, 300);
try {
  for await (const { data } of orders) {
    clearInterval(ordering);
    console.log('Ordered:', JSON.stringify(data?.orderPlaced));
    await post('/auth/logout', {});
  }
} catch (error) {
  if (!isClosed(error)) throw error;
  console.log(`Closed with ${error.code.toString()} ${error.reason}`);
}
