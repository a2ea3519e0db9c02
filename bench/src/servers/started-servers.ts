import { ServerProcess } from './server-process';
import type { Adapter } from './protection';
import type { Variant } from './variants';

/** Starts servers, two at a time. If one fails, it stops the others. */
export async function startServers(
  adapter: Adapter,
  variants: readonly Variant[],
  redisUrl: string,
): Promise<ServerProcess[]> {
  const servers: ServerProcess[] = [];
  const left = [...variants];
  const startNext = async (): Promise<void> => {
    for (let next = left.shift(); next; next = left.shift()) {
      servers.push(await ServerProcess.start(adapter, next, redisUrl));
    }
  };
  const starts = await Promise.allSettled([startNext(), startNext()]);
  const failure = starts.find(({ status }) => status === 'rejected');
  if (failure) {
    await stopServers(servers);
    throw (failure as PromiseRejectedResult).reason;
  }
  return servers.sort((a, b) => variants.indexOf(a.variant) - variants.indexOf(b.variant));
}

export async function stopServers(servers: readonly ServerProcess[]): Promise<void> {
  await Promise.all(servers.map((server) => server.stop()));
}
