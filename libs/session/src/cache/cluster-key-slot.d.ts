declare module 'cluster-key-slot' {
  /** The slot of a key, by the Cluster specification: CRC16 of its hash tag, modulo 16384. */
  function calculateSlot(key: string): number;
  export = calculateSlot;
}
