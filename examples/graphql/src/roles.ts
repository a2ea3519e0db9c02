/** Roles of this application: another name does not compile. */
declare module 'nest-sessions' {
  interface SessionRoles {
    'orders:write': true;
    costs: true;
  }
}

export {};
