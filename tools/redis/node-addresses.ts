/** Takes `host:port,host:port` apart, as the addresses of Sentinels and of a Cluster are given here. */
export function nodeAddresses(nodes: string): { host: string; port: number }[] {
  return nodes.split(',').map((node) => {
    const [host = '', port] = node.split(':');
    return { host, port: Number(port) };
  });
}
