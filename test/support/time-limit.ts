/** Milliseconds for a test or its set-up: processes start, and servers declare each other dead. */
jest.setTimeout(120_000);
