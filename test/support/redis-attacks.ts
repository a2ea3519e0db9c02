/**
 * Commands that an attacker who controls a service may try in Redis, with the service's own user and
 * password. {@link command} replaces the words in capitals and braces:
 * - `{H}`: a live session's id
 * - `{F}`: the id of a session that does not exist, whose token the attacker generated
 * - `{U}`: the user's id
 * - `RECORD`: a record for `{F}` with the role `admin`
 */
export const SESSION_ATTACKS: Readonly<Record<string, readonly string[]>> = {
  'forge a session': [
    'SET session:{F} RECORD PX 60000',
    'SET session:{F} RECORD NX',
    'SETNX session:{F} RECORD',
    'SETEX session:{F} 60 RECORD',
    'PSETEX session:{F} 60000 RECORD',
    'MSET session:{F} RECORD',
    'MSETNX session:{F} RECORD',
    'GETSET session:{F} RECORD',
    'APPEND session:{F} RECORD',
    'SETRANGE session:{F} 0 RECORD',
    'COPY session:{H} session:{F}',
    'RENAME session:{H} session:{F}',
    'RENAMENX session:{H} session:{F}',
    'RESTORE session:{F} 0 RECORD',
    'BITOP OR session:{F} session:{H}',
    'SORT session:{H} BY nosort GET session:* STORE session:{F}',
    'PFMERGE session:{F} session:{H}',
  ],
  'raise the roles of a session': [
    'SET session:{H} RECORD',
    'SET session:{H} RECORD XX KEEPTTL',
    'SET session:{H} RECORD GET',
    'GETSET session:{H} RECORD',
    'APPEND session:{H} RECORD',
    'SETRANGE session:{H} 0 RECORD',
    'SETBIT session:{H} 0 1',
    'BITFIELD session:{H} SET u8 0 1',
    'INCR session:{H}',
    'HSET session:{H} roles admin',
    'HSETNX session:{H} roles admin',
    'LPUSH session:{H} admin',
    'SADD session:{H} admin',
    'RESTORE session:{H} 0 RECORD REPLACE',
    'MSET session:{H} RECORD',
    'COPY session:{F} session:{H} REPLACE',
  ],
  'prolong or delete the record of a session': [
    'PEXPIRE session:{H} 99999999',
    'PEXPIRE session:{H} 1',
    'EXPIRE session:{H} 99999',
    'EXPIREAT session:{H} 4102444800',
    'PEXPIREAT session:{H} 4102444800000',
    'PERSIST session:{H}',
    'GETEX session:{H} PERSIST',
    'GETDEL session:{H}',
    'DEL session:{H}',
    'UNLINK session:{H}',
    'MOVE session:{H} 1',
    'TOUCH session:{H}',
  ],
  'meddle with an idle clock but for its PEXPIRE': [
    'SET idle:{F} x PX 60000',
    'SETEX idle:{F} 60 x',
    'COPY idle:{H} idle:{F}',
    'RENAME idle:{H} idle:{F}',
    'RESTORE idle:{F} 0 x',
    'SET idle:{H} x',
    'PERSIST idle:{H}',
    'EXPIRE idle:{H} 99999',
    'PEXPIREAT idle:{H} 4102444800000',
    'DEL idle:{H}',
    'UNLINK idle:{H}',
    'GET idle:{H}',
  ],
  "read or change the index of a user's sessions": [
    'ZRANGE user-sessions:{U} 0 -1',
    'ZRANGEBYSCORE user-sessions:{U} -inf +inf',
    'ZCARD user-sessions:{U}',
    'ZSCORE user-sessions:{U} {H}',
    'ZSCAN user-sessions:{U} 0',
    'ZRANDMEMBER user-sessions:{U}',
    'ZUNION 1 user-sessions:{U}',
    'GET user-sessions:{U}',
    'PTTL user-sessions:{U}',
    'EXISTS user-sessions:{U}',
    'TYPE user-sessions:{U}',
    'ZADD user-sessions:{U} 4102444800000 {F}',
    'ZREM user-sessions:{U} {H}',
    'PEXPIRE user-sessions:{U} 1',
    'DEL user-sessions:{U}',
  ],
  'read or change the index of all live sessions': [
    'LRANGE live-sessions:{16.27405998} 0 -1',
    'LLEN live-sessions:{16.27405998}',
    'LPOS live-sessions:{16.27405998} {H}',
    'RPUSH live-sessions:{16.27405998} {H}',
    'LREM live-sessions:{16.27405998} 0 {H}',
    'DEL live-sessions:{16.27405998}',
    'PEXPIRE live-sessions:{16.27405998} 1',
    'ZRANGE live-session-widths 0 -1',
    'ZADD live-session-widths 1 15',
    'DEL live-session-widths',
  ],
  'look at a session in another way than GET': [
    'DUMP session:{H}',
    'MGET session:{H}',
    'STRLEN session:{H}',
    'GETRANGE session:{H} 0 -1',
    'SUBSTR session:{H} 0 -1',
    'LCS session:{H} session:{H}',
    'PTTL session:{H}',
    'EXISTS session:{H}',
    'TYPE session:{H}',
    'OBJECT ENCODING session:{H}',
    'OBJECT FREQ session:{H}',
    'MEMORY USAGE session:{H}',
    'SORT session:{H} BY nosort GET session:*',
    'SORT_RO idle:{H} BY nosort GET session:*',
    'MIGRATE 127.0.0.1 6379 session:{H} 0 1000 COPY',
    'WATCH session:{H}',
    'CLUSTER GETKEYSINSLOT 0 100',
  ],
  'put code into Redis': [
    "EVAL return(redis.call('GET',KEYS[1])) 1 session:{H}",
    "EVAL_RO return(redis.call('GET',KEYS[1])) 1 session:{H}",
    'EVAL return(1) 0',
    'FCALL f 1 session:{H}',
    'FCALL_RO f 1 session:{H}',
  ],
  'meddle with what services add to a session': [
    'HSETNX session-data:{H}:products coupon x',
    'HSETNX session-data:{H}:auth coupon x',
    'HSETNX session-data:{H} coupon x',
    'HSET session-data:{H}:orders coupon x',
    'HMSET session-data:{H}:orders coupon x',
    'HSET session-data:{H}:products coupon x',
    'HDEL session-data:{H}:orders coupon',
    'HDEL session-data:{H}:products coupon',
    'HINCRBY session-data:{H}:orders coupon 1',
    'SET session-data:{H}:orders x',
    'DEL session-data:{H}:orders',
    'UNLINK session-data:{H}:orders',
    'PERSIST session-data:{H}:orders',
    'RENAME session-data:{H}:orders session-data:{H}:products',
    'COPY session-data:{H}:orders session-data:{H}:products',
    'PEXPIRE session-data:{H}:products 1',
    'HSCAN session-data:{H}:orders 0',
    'HGETALL session:{H}',
  ],
  'forge, erase or read what happened to sessions': [
    'XADD session-events * event RECORD',
    'XREAD STREAMS session-events 0',
    'XRANGE session-events - +',
    'XREVRANGE session-events + -',
    'XLEN session-events',
    'XINFO STREAM session-events',
    'XTRIM session-events MAXLEN 0',
    'XDEL session-events 0-0',
    'XGROUP CREATE session-events g 0',
    'DEL session-events',
    'PEXPIRE session-events 1',
    'ZRANGEBYSCORE watched-sessions:{session-events} -inf +inf',
    'ZREM watched-sessions:{session-events} {H}',
    'ZADD watched-sessions:{session-events} 1 {F}',
    'DEL watched-sessions:{session-events}',
  ],
  'open routes of another service, or look at them': [
    'HSET access:auth catalogue RECORD',
    'HMSET access:auth catalogue RECORD',
    'HSETNX access:auth catalogue RECORD',
    'HMGET access:auth catalogue',
    'PEXPIRE access:auth 1',
    'DEL access:auth',
    'RENAME access:orders access:products',
    'COPY access:orders access:products REPLACE',
    'HDEL access:orders catalogue',
    'HDEL access:products catalogue',
    'PERSIST access:orders',
    'PERSIST access:products',
    'SET access:orders x',
    'SET access:products x',
    'RESTORE access:auth 0 RECORD REPLACE',
  ],
  'clear the counts of wrong passwords, fill them, or say where a user is known': [
    'GET throttle:pair:{U}',
    'PTTL throttle:pair:{U}',
    'SET throttle:pair:{U} 99 EX 60',
    'SET throttle:known:{U} 1 EX 60',
    'INCRBY throttle:account:{U} 99',
    'EXPIRE throttle:network:{U} 1',
    'DEL throttle:pair:{U}',
    'EVAL return(1) 1 throttle:pair:{U}',
    'EVALSHA 0000000000000000000000000000000000000000 1 throttle:pair:{U}',
  ],
  'hold up Redis': ['WAIT 0 0'],
};

/** Commands on a service's catalogue that only that service may send: `{S}` is its name. */
export const CATALOGUE_ATTACKS: readonly string[] = [
  'HSET access:{S} catalogue RECORD',
  'HSET access:{S} seenAt 9999999999999',
  'PEXPIRE access:{S} 1',
  'PEXPIRE access:{S} 99999999999',
  'HMGET access:{S} catalogue',
];

/** Commands that no service of this project may send, including the issuing service. */
export const SERVER_ATTACKS: Readonly<Record<string, readonly string[]>> = {
  'list what there is': [
    'SCAN 0',
    'SCAN 0 MATCH session:*',
    'KEYS *',
    'KEYS session:*',
    'RANDOMKEY',
    'DBSIZE',
  ],
  'listen in': [
    'MONITOR',
    'CLIENT TRACKING ON',
    'CLIENT TRACKING ON BCAST PREFIX session:',
    'CLIENT LIST',
    'CLIENT INFO',
    'CLIENT ID',
    'CLIENT GETREDIR',
    'CLIENT TRACKINGINFO',
    'SLOWLOG GET',
    'LATENCY LATEST',
    'COMMAND',
    'TIME',
    'ROLE',
    'SYNC',
    'PSYNC ? -1',
  ],
  'put code into the server': [
    'EVALSHA ffffffffffffffffffffffffffffffffffffffff 0',
    'EVALSHA_RO ffffffffffffffffffffffffffffffffffffffff 0',
    'SCRIPT LOAD return(1)',
    'SCRIPT FLUSH',
    'SCRIPT KILL',
    'FUNCTION LOAD #!lua',
    'FUNCTION LIST',
    'FUNCTION FLUSH',
    'FUNCTION DUMP',
    'MODULE LOAD /tmp/module.so',
    'MODULE LIST',
  ],
  'give itself more rights': [
    'ACL SETUSER orders +@all allkeys',
    'ACL DELUSER auth',
    'ACL GETUSER auth',
    'ACL LIST',
    'ACL USERS',
    'ACL WHOAMI',
    'ACL LOG',
    'ACL LOG RESET',
    'ACL LOAD',
    'ACL SAVE',
    'CONFIG SET dir /tmp',
    'CONFIG GET *',
    'CONFIG REWRITE',
    'CONFIG RESETSTAT',
  ],
  'bring Redis down, or others with it': [
    'FLUSHALL',
    'FLUSHDB',
    'SWAPDB 0 1',
    'SELECT 1',
    'SHUTDOWN NOSAVE',
    'REPLICAOF 127.0.0.1 6379',
    'SLAVEOF NO ONE',
    'FAILOVER',
    'CLUSTER RESET',
    'SAVE',
    'BGSAVE',
    'BGREWRITEAOF',
    'DEBUG SLEEP 0',
    'DEBUG SEGFAULT',
    'CLIENT KILL TYPE normal',
    'CLIENT PAUSE 1000',
    'CLIENT UNPAUSE',
    'CLIENT UNBLOCK 1',
    'CLIENT NO-EVICT ON',
    'BLPOP queue 0',
  ],
  'send and read messages': [
    'SUBSCRIBE __redis__:invalidate',
    'SUBSCRIBE __redis__:invalidate another',
    'SUBSCRIBE __keyspace@0__:session:{H}',
    'PSUBSCRIBE *',
    'PSUBSCRIBE __redis__:*',
    'SSUBSCRIBE shard',
    'SSUBSCRIBE __redis__:invalidate',
    'PUBLISH __redis__:invalidate x',
    'SPUBLISH shard x',
    'PUBSUB CHANNELS',
    'HSET access:another catalogue RECORD',
    'HSET access:orders-2 catalogue RECORD',
    'HGETALL access:orders',
    'SET another-key x',
    'GET another-key',
  ],
};

/** Subset of all these commands that a service with the near-cache's permissions may send. */
export const NEAR_CACHE_GRANTS: readonly string[] = [
  'CLIENT TRACKING ON',
  'CLIENT TRACKING ON BCAST PREFIX session:',
  'CLIENT ID',
  'SUBSCRIBE __redis__:invalidate',
];

/** Reads of session events, which close the open streams of ended sessions. */
const EVENT_READS: readonly string[] = [
  'XREAD STREAMS session-events 0',
  'XREVRANGE session-events + -',
];

/** Returns the lines that the shipped user of a service may send, because the service needs them. */
export function rightsOf(service: string): readonly string[] {
  return service === 'orders' ? EVENT_READS : [];
}

/** Values for the words in capitals of a command. */
export interface Target {
  readonly id: string;
  readonly forgedId: string;
  readonly userId: string;
  readonly record: string;
}

/** Returns a line of the tables above, ready to be sent. */
export function command(line: string, target: Target): [name: string, ...args: string[]] {
  const [name = '', ...args] = line.split(' ').map((word) => {
    if (word === 'RECORD') return target.record;
    // As a member of the index, an id has no braces.
    if (word === '{H}') return target.id;
    if (word === '{F}') return target.forgedId;
    return word
      .replace('{H}', `{${target.id}}`)
      .replace('{F}', `{${target.forgedId}}`)
      .replace('{U}', `{${target.userId}}`);
  });
  return [name, ...args];
}
