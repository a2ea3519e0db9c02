declare module '@app/session' {
  interface SessionRoles {
    /** Lets a user into this service. */
    products: true;
    'products:write': true;
  }
}

export {};
