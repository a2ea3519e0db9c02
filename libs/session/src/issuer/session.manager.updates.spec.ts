import { storesInMemory } from './test-support/issuing-process.js';
import { describeSessionUpdates } from './test-support/session-updates.contract.js';

describeSessionUpdates('memory', { open: storesInMemory });
