/** Milliseconds for a test or its set-up: processes start, and servers detect each other's failure. */
jest.setTimeout(120_000);
