declare module 'nest-sessions' {
  interface SessionRoles {
    /** May see and change users and end their sessions. */
    admin: true;
  }
}

export {};
