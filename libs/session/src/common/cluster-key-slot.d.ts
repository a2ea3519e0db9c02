declare module 'cluster-key-slot' {
  /** Returns the slot of a key, by the Cluster specification: CRC16 of its hash tag, modulo 16384. */
  function calculateSlot(key: string): number;
  export = calculateSlot;
}
