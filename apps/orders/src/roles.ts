declare module 'nest-sessions' {
  interface SessionRoles {
    /** Lets a user into this service. */
    orders: true;
    'orders:write': true;
  }
}

export {};
