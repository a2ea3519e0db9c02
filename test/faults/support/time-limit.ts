/** Servers take their time to take each other for dead: milliseconds for a scenario, or its set-up. */
jest.setTimeout(120_000);
