/** Types of an app. They hold for a whole program, so this program is apart from the others. */
declare module 'nest-sessions' {
  interface SessionData {
    locale: string;
    theme?: 'light' | 'dark';
  }

  interface SessionUser {
    readonly tenant: string;
    readonly nickname?: string;
  }
}

export {};
