import { addSessions } from './add-sessions.js';
import type { SchematicContext, Workspace } from './devkit.js';
import { supportedIoredis } from './ioredis-dependency.js';
import { checkedOptions, type NestAddFlags } from './nest-add.options.js';

/**
 * Schematic that `nest add nest-sessions` runs: it imports `SessionModule` in the root module of an application,
 * and adds what the module needs.
 *
 * @throws Error that names a bad flag; the devkit then writes no file
 */
export function nestAdd(
  flags: NestAddFlags,
): (workspace: Workspace, context: SchematicContext) => void {
  return (workspace, context) => {
    addSessions(workspace, context, checkedOptions(flags), supportedIoredis());
  };
}
