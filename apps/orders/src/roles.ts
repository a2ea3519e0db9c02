declare module '@app/session' {
  interface SessionRoles {
    /** Lets a user into this service. */
    orders: true;
    'orders:write': true;
  }
}

export {};
