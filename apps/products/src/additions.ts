declare module '@app/session' {
  interface SessionAdditions {
    /** What this service reads of what orders adds. */
    orders: { coupon: { code: string; percent: number } };
  }
}

export {};
