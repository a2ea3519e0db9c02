declare module '@app/session' {
  interface SessionRoles {
    /** May see and change users and end their sessions. */
    admin: true;
  }
}

export {};
