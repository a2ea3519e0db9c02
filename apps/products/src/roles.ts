declare module 'nest-sessions' {
  interface SessionRoles {
    /** Lets a user into this service. */
    products: true;
    'products:write': true;
  }
}

export {};
