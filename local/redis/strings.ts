import { type Command, float, glob, integer, RedisError, type Reply, type Store, syntaxError } from './store.ts'

const get = (store: Store, key: string) => store.read<string>(key, 'string') ?? null

interface SetOptions {
  expiresAt: number | null
  keepTtl: boolean
  condition: 'NX' | 'XX' | null
  get: boolean
}

const EXPIRY: Readonly<Record<string, (value: number, now: number) => number>> = {
  EX: (value, now) => now + value * 1000,
  PX: (value, now) => now + value,
  EXAT: (value) => value * 1000,
  PXAT: (value) => value,
}

function readSetOptions(args: readonly string[], now: number): SetOptions {
  const options: SetOptions = { expiresAt: null, keepTtl: false, condition: null, get: false }
  for (let at = 0; at < args.length; at++) {
    const word = args[at]?.toUpperCase() ?? ''
    const expiry = EXPIRY[word]
    if (expiry) {
      const value = integer(args[++at] ?? '')
      if (value <= 0) throw new RedisError("ERR invalid expire time in 'set' command")
      options.expiresAt = expiry(value, now)
    } else if (word === 'KEEPTTL') options.keepTtl = true
    else if (word === 'NX' || word === 'XX') options.condition = word
    else if (word === 'GET') options.get = true
    else throw syntaxError(args[at])
  }
  return options
}

function set(store: Store, [key = '', value = '', ...rest]: readonly string[]): Reply {
  const options = readSetOptions(rest, store.now())
  const exists = store.item(key) !== undefined
  const before = options.get ? get(store, key) : null
  const allowed = options.condition === 'NX' ? !exists : options.condition === 'XX' ? exists : true
  if (allowed) {
    const expiresAt = options.keepTtl ? (store.item(key)?.expiresAt ?? null) : options.expiresAt
    store.setString(key, value, expiresAt)
  }
  if (options.get) return before
  return allowed ? 'OK' : null
}

function add(store: Store, key: string, by: number): number {
  const sum = integer(get(store, key) ?? '0') + by
  store.rewriteString(key, String(sum))
  return sum
}

function expire(unit: number, absolute: boolean): Command {
  return {
    min: 2,
    run(store, [key = '', text = '', ...rest]) {
      const at = integer(text) * unit + (absolute ? 0 : store.now())
      const option = rest[0]?.toUpperCase()
      if (option !== undefined && !['NX', 'XX', 'GT', 'LT'].includes(option)) throw syntaxError(rest[0])
      const current = store.item(key)?.expiresAt
      if (option === 'NX' && current != null) return 0
      if (option === 'XX' && current == null) return 0
      if (option === 'GT' && (current == null || at <= current)) return 0
      if (option === 'LT' && current != null && at >= current) return 0
      return Number(store.expire(key, at))
    },
  }
}

const ttl = (unit: number): Command => ({
  min: 1,
  run(store, [key = '']) {
    const item = store.item(key)
    if (!item) return -2
    return item.expiresAt === null ? -1 : Math.ceil((item.expiresAt - store.now()) / unit)
  },
})

function scan(store: Store, [, ...args]: readonly string[]): Reply {
  let match = /.*/s
  let type: string | undefined
  for (let at = 0; at < args.length; at += 2) {
    const word = args[at]?.toUpperCase()
    if (word === 'MATCH') match = glob(args[at + 1] ?? '')
    else if (word === 'TYPE') type = args[at + 1]
    else if (word !== 'COUNT') throw syntaxError(args[at])
  }
  return ['0', store.keys().filter((key) => match.test(key) && (!type || store.item(key)?.kind === type))]
}

/** Strings, numbers, keys and their expiry. */
export const stringCommands: Readonly<Record<string, Command>> = {
  GET: { min: 1, run: (store, [key = '']) => get(store, key) },
  SET: { min: 2, run: set },
  SETEX: { min: 3, run: (store, [key = '', seconds = '', value = '']) => set(store, [key, value, 'EX', seconds]) },
  PSETEX: { min: 3, run: (store, [key = '', ms = '', value = '']) => set(store, [key, value, 'PX', ms]) },
  SETNX: { min: 2, run: (store, [key = '', value = '']) => Number(set(store, [key, value, 'NX']) === 'OK') },
  GETSET: { min: 2, run: (store, [key = '', value = '']) => set(store, [key, value, 'GET']) },
  GETDEL: {
    min: 1,
    run(store, [key = '']) {
      const value = get(store, key)
      store.delete(key)
      return value
    },
  },
  GETEX: {
    min: 1,
    run(store, [key = '', ...rest]) {
      const value = get(store, key)
      const persist = rest[0]?.toUpperCase() === 'PERSIST'
      const stray = persist
        ? rest[1]
        : rest.find((word, at) => at % 2 === 0 && !Object.hasOwn(EXPIRY, word.toUpperCase()))
      if (stray !== undefined) throw syntaxError(stray)
      if (value === null || rest.length === 0) return value
      store.expire(key, persist ? null : readSetOptions(rest, store.now()).expiresAt)
      return value
    },
  },
  MGET: {
    min: 1,
    run: (store, keys) => keys.map((key) => (store.item(key)?.kind === 'string' ? get(store, key) : null)),
  },
  MSET: {
    min: 2,
    run(store, args) {
      if (args.length % 2 !== 0) throw new RedisError("ERR wrong number of arguments for 'mset' command")
      for (let at = 0; at < args.length; at += 2) store.setString(args[at] ?? '', args[at + 1] ?? '', null)
      return 'OK'
    },
  },
  APPEND: {
    min: 2,
    run(store, [key = '', value = '']) {
      const whole = (get(store, key) ?? '') + value
      store.rewriteString(key, whole)
      return Buffer.byteLength(whole)
    },
  },
  GETRANGE: {
    min: 3,
    run: (store, [key = '', first, last]) => {
      const bytes = Buffer.from(get(store, key) ?? '')
      const from = (at: string | undefined) => (Number(at) < 0 ? bytes.length + Number(at) : Number(at))
      return bytes.subarray(Math.max(0, from(first)), Math.max(0, from(last) + 1)).toString()
    },
  },
  STRLEN: { min: 1, run: (store, [key = '']) => Buffer.byteLength(get(store, key) ?? '') },
  INCR: { min: 1, run: (store, [key = '']) => add(store, key, 1) },
  DECR: { min: 1, run: (store, [key = '']) => add(store, key, -1) },
  INCRBY: { min: 2, run: (store, [key = '', by = '']) => add(store, key, integer(by)) },
  DECRBY: { min: 2, run: (store, [key = '', by = '']) => add(store, key, -integer(by)) },
  INCRBYFLOAT: {
    min: 2,
    run(store, [key = '', by = '']) {
      const sum = String(float(get(store, key) ?? '0') + float(by))
      store.rewriteString(key, sum)
      return sum
    },
  },
  DEL: { min: 1, run: (store, keys) => keys.filter((key) => store.delete(key)).length },
  UNLINK: { min: 1, run: (store, keys) => keys.filter((key) => store.delete(key)).length },
  EXISTS: { min: 1, run: (store, keys) => keys.filter((key) => store.item(key)).length },
  TYPE: { min: 1, run: (store, [key = '']) => store.item(key)?.kind ?? 'none' },
  EXPIRE: expire(1000, false),
  PEXPIRE: expire(1, false),
  EXPIREAT: expire(1000, true),
  PEXPIREAT: expire(1, true),
  TTL: ttl(1000),
  PTTL: ttl(1),
  PERSIST: {
    min: 1,
    run: (store, [key = '']) => Number(store.item(key)?.expiresAt != null && store.expire(key, null)),
  },
  RENAME: {
    min: 2,
    run(store, [from = '', to = '']) {
      store.rename(from, to)
      return 'OK'
    },
  },
  KEYS: { min: 1, run: (store, [pattern = '']) => store.keys().filter((key) => glob(pattern).test(key)) },
  SCAN: { min: 1, run: scan },
  DBSIZE: { min: 0, run: (store) => store.keys().length },
  FLUSHALL: {
    min: 0,
    run(store) {
      store.clear()
      return 'OK'
    },
  },
  FLUSHDB: {
    min: 0,
    run(store) {
      store.clear()
      return 'OK'
    },
  },
  PING: { min: 0, run: (_store, [text]) => text ?? 'PONG' },
  ECHO: { min: 1, run: (_store, [text = '']) => text },
  TIME: {
    min: 0,
    run: (store) => [String(Math.floor(store.now() / 1000)), String((store.now() % 1000) * 1000)],
  },
}
