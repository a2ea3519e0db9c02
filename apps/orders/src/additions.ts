declare module 'nest-sessions' {
  interface SessionAdditions {
    /** What this service adds to a session; others may read it. */
    orders: { coupon: { code: string; percent: number } };
  }
}

export {};
