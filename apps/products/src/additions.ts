declare module 'nest-sessions' {
  interface SessionAdditions {
    /** What this service reads of what orders adds. */
    orders: { coupon: { code: string; percent: number } };
  }
}

export {};
