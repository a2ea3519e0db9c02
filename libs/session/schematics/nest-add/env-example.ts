/** Text of `.env.example` with the line `REDIS_URL=…`; the same text if it sets the variable already. */
export function withRedisUrl(text: string, redisUrl: string): string {
  if (/^[ \t]*(export[ \t]+)?REDIS_URL[ \t]*=/m.test(text)) return text;
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const separator = text === '' || text.endsWith('\n') ? '' : newline;
  return `${text}${separator}REDIS_URL=${redisUrl}${newline}`;
}
