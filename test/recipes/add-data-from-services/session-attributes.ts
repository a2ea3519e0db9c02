// #region types
declare module 'nest-sessions' {
  interface SessionAttributes {
    orders: { coupon: { code: string; percent: number } };
  }
}

export {};
// #endregion types
