declare module 'nest-sessions' {
  interface SessionAdditions {
    /** Write-once attributes of this service; other services may read them. */
    orders: { coupon: { code: string; percent: number } };
  }
}

export {};
