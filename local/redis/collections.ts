import { bounds, type Command, integer, RedisError, type Reply, type Store } from './store.ts'

const hash = (store: Store, key = '') => store.read<Map<string, string>>(key, 'hash')
const set = (store: Store, key = '') => store.read<Set<string>>(key, 'set')
const list = (store: Store, key = '') => store.read<string[]>(key, 'list')

function hset(store: Store, [key = '', ...pairs]: readonly string[]): number {
  if (pairs.length % 2 !== 0) throw new RedisError("ERR wrong number of arguments for 'hset' command")
  const map = store.open<Map<string, string>>(key, 'hash')
  const before = map.size
  for (let at = 0; at < pairs.length; at += 2) map.set(pairs[at] ?? '', pairs[at + 1] ?? '')
  return map.size - before
}

function push(store: Store, [key = '', ...values]: readonly string[], front: boolean): number {
  const items = store.open<string[]>(key, 'list')
  for (const value of values) front ? items.unshift(value) : items.push(value)
  return items.length
}

function pop(store: Store, [key = '', count]: readonly string[], front: boolean): Reply {
  const items = list(store, key)
  if (!items) return null
  const wanted = Math.min(integer(count ?? '1'), items.length)
  if (wanted < 0) throw new RedisError('ERR value is out of range, must be positive')
  const taken = front ? items.splice(0, wanted) : items.splice(items.length - wanted).reverse()
  store.dropIfEmpty(key)
  return count === undefined ? (taken[0] ?? null) : taken
}

const slice = (items: readonly string[], start: string, stop: string): string[] =>
  items.slice(...bounds(start, stop, items.length))

/** Hashes, sets and lists. */
export const collectionCommands: Readonly<Record<string, Command>> = {
  HSET: { min: 3, run: hset },
  HMSET: {
    min: 3,
    run(store, args) {
      hset(store, args)
      return 'OK'
    },
  },
  HSETNX: {
    min: 3,
    run: (store, [key = '', field = '', value = '']) =>
      hash(store, key)?.has(field) ? 0 : hset(store, [key, field, value]),
  },
  HGET: { min: 2, run: (store, [key, field = '']) => hash(store, key)?.get(field) ?? null },
  HMGET: { min: 2, run: (store, [key, ...fields]) => fields.map((field) => hash(store, key)?.get(field) ?? null) },
  HGETALL: { min: 1, run: (store, [key]) => [...(hash(store, key) ?? [])].flat() },
  HKEYS: { min: 1, run: (store, [key]) => [...(hash(store, key)?.keys() ?? [])] },
  HVALS: { min: 1, run: (store, [key]) => [...(hash(store, key)?.values() ?? [])] },
  HLEN: { min: 1, run: (store, [key]) => hash(store, key)?.size ?? 0 },
  HEXISTS: { min: 2, run: (store, [key, field = '']) => Number(hash(store, key)?.has(field) ?? false) },
  HDEL: {
    min: 2,
    run(store, [key = '', ...fields]) {
      const removed = fields.filter((field) => hash(store, key)?.delete(field)).length
      store.dropIfEmpty(key)
      return removed
    },
  },
  HINCRBY: {
    min: 3,
    run(store, [key = '', field = '', by = '']) {
      const sum = integer(hash(store, key)?.get(field) ?? '0') + integer(by)
      hset(store, [key, field, String(sum)])
      return sum
    },
  },
  SADD: {
    min: 2,
    run(store, [key = '', ...members]) {
      const all = store.open<Set<string>>(key, 'set')
      const before = all.size
      for (const member of members) all.add(member)
      return all.size - before
    },
  },
  SREM: {
    min: 2,
    run(store, [key = '', ...members]) {
      const removed = members.filter((member) => set(store, key)?.delete(member)).length
      store.dropIfEmpty(key)
      return removed
    },
  },
  SMEMBERS: { min: 1, run: (store, [key]) => [...(set(store, key) ?? [])] },
  SISMEMBER: { min: 2, run: (store, [key, member = '']) => Number(set(store, key)?.has(member) ?? false) },
  SCARD: { min: 1, run: (store, [key]) => set(store, key)?.size ?? 0 },
  LPUSH: { min: 2, run: (store, args) => push(store, args, true) },
  RPUSH: { min: 2, run: (store, args) => push(store, args, false) },
  LPOP: { min: 1, run: (store, args) => pop(store, args, true) },
  RPOP: { min: 1, run: (store, args) => pop(store, args, false) },
  LLEN: { min: 1, run: (store, [key]) => list(store, key)?.length ?? 0 },
  LRANGE: { min: 3, run: (store, [key, start = '', stop = '']) => slice(list(store, key) ?? [], start, stop) },
  LTRIM: {
    min: 3,
    run(store, [key = '', start = '', stop = '']) {
      const items = list(store, key)
      if (items) items.splice(0, items.length, ...slice(items, start, stop))
      store.dropIfEmpty(key)
      return 'OK'
    },
  },
}
