/** Parses `host:port,host:port`, the format of the addresses of Sentinels and of a Cluster. */
export function nodeAddresses(nodes: string): { host: string; port: number }[] {
  return nodes.split(',').map((node) => {
    const [host = '', port] = node.split(':');
    return { host, port: Number(port) };
  });
}
