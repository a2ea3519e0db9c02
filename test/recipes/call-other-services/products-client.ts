/** Injects the client of the products service. */
export const PRODUCTS_CLIENT = Symbol('products-client');
