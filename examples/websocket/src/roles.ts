/** Roles of this application: another name does not compile. */
declare module 'nest-sessions' {
  interface SessionRoles {
    'notes:write': true;
  }
}

export {};
