declare module 'nest-sessions' {
  interface SessionRoles {
    /** Admits a user to this service. */
    orders: true;
    'orders:write': true;
  }
}

export {};
