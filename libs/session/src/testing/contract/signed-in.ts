import type { SessionIssuerModuleOptions } from '../../issuer/session-issuer.options.js';
import type { NewSession, SessionManager } from '../../issuer/session.manager.js';
import { type IssuingGround, SHORT } from './contract-ground.js';
import { managerOf } from './manager-of.js';

export const ada: NewSession = { user: { id: 'u-1', username: 'ada' }, roles: ['orders'] };
export const eve: NewSession = { user: { id: 'u-2', username: 'eve' }, roles: ['products'] };

/** Operations of managers on the store of a case. */
export function signedIn({ store, pass, eventually }: IssuingGround) {
  const managerWith = (options: SessionIssuerModuleOptions = {}) => managerOf(store, options);
  const manager = managerWith();

  return {
    manager,
    managerWith,

    /** Signs in and waits, because two sign-ins of one millisecond have no order. */
    signIn: async (from: NewSession, by: SessionManager = manager): Promise<string> => {
      const { session } = await by.create(from);
      while (Date.now() <= session.createdAt) await pass(1);
      return session.id;
    },

    listed: async (userId: string): Promise<string[]> =>
      (await manager.listByUser(userId)).map(({ session }) => session.id),

    areThere: async (...ids: string[]): Promise<boolean[]> => {
      const found = await Promise.all(ids.map((id) => manager.find(id)));
      return found.map((it) => it !== null);
    },

    /** Waits until a session has ended by its idle timeout of {@link SHORT}. */
    untilGone: async (id: string): Promise<void> => {
      await pass(SHORT);
      await eventually(async () => (await manager.find(id)) === null);
    },
  };
}
