/** Injection token of the connection to the products service. */
export const PRODUCTS_CLIENT = Symbol('orders:products-client');
