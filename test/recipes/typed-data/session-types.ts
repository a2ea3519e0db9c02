// #region roles
declare module 'nest-sessions' {
  interface SessionRoles {
    orders: true;
    'orders:write': true;
  }
}

export {}; // makes this file a module, which extends the types instead of replacing them
// #endregion roles

// #region fields
declare module 'nest-sessions' {
  interface SessionData {
    locale: string;
    theme?: 'light' | 'dark';
  }

  interface SessionUser {
    readonly tenant: string;
  }
}
// #endregion fields
