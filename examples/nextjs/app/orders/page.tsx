import { readFromApi } from '../../lib/api';
import { SignOut } from './sign-out';

interface Orders {
  readonly of: string;
  readonly items: readonly string[];
}

/** Rendered on the server, for the user of the session in the visitor's cookie. */
export default async function OrdersPage() {
  const orders = await readFromApi<Orders>('/orders');
  return (
    <main>
      <h1>Orders of {orders.of}</h1>
      <ul>
        {orders.items.map((item) => (
          <li key={item}>{item}</li>
        ))}
      </ul>
      <SignOut />
    </main>
  );
}
