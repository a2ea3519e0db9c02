declare module 'nest-sessions' {
  interface SessionAttributes {
    /** Write-once attributes of orders that this service reads. */
    orders: { coupon: { code: string; percent: number } };
  }
}

export {};
