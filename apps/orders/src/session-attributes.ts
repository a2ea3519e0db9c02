declare module 'nest-sessions' {
  interface SessionAttributes {
    /** Write-once attributes of this service; other services may read them. */
    orders: { coupon: { code: string; percent: number } };
  }
}

export {};
