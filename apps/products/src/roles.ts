declare module 'nest-sessions' {
  interface SessionRoles {
    /** Admits a user to this service. */
    products: true;
    'products:write': true;
  }
}

export {};
