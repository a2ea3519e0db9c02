declare module 'nest-sessions' {
  interface SessionData {
    theme?: string | undefined;
  }
}

export {};
