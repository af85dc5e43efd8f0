import { bounds, type Command, float, integer, type Reply, type Store, syntaxError } from './store.ts'

type Scores = Map<string, number>

const read = (store: Store, key = '') => store.read<Scores>(key, 'zset')

/** Members by score, ties by bytes. */
const sorted = (scores: Scores | undefined): [string, number][] =>
  [...(scores ?? [])].sort(([a, x], [b, y]) => x - y || Buffer.compare(Buffer.from(a), Buffer.from(b)))

const scoreText = (score: number): string =>
  score === Number.POSITIVE_INFINITY ? 'inf' : score === Number.NEGATIVE_INFINITY ? '-inf' : String(score)

function zadd(store: Store, [key = '', ...args]: readonly string[]): Reply {
  const flags = new Set<string>()
  let at = 0
  while (['NX', 'XX', 'GT', 'LT', 'CH', 'INCR'].includes(args[at]?.toUpperCase() ?? ''))
    flags.add((args[at++] ?? '').toUpperCase())
  if ((args.length - at) % 2 !== 0 || at === args.length) throw syntaxError(args[at])
  // every score is read before the first is set
  const given = args.slice(at).map((word, index) => (index % 2 === 0 ? float(word) : 0))
  const first = at
  const scores = store.open<Scores>(key, 'zset')
  let added = 0
  let changed = 0
  let last: number | null = null
  for (; at < args.length; at += 2) {
    const member = args[at + 1] ?? ''
    const before = scores.get(member)
    const score = (given[at - first] ?? 0) + (flags.has('INCR') ? (before ?? 0) : 0)
    const allowed =
      before === undefined
        ? !flags.has('XX')
        : !flags.has('NX') && !(flags.has('GT') && score <= before) && !(flags.has('LT') && score >= before)
    if (!allowed) continue
    scores.set(member, score)
    last = score
    if (before === undefined) added++
    if (before !== score) changed++
  }
  store.dropIfEmpty(key)
  if (flags.has('INCR')) return last === null ? null : scoreText(last)
  return flags.has('CH') ? changed : added
}

function inScore(min: string, max: string): (score: number) => boolean {
  const above = min.startsWith('(') ? exclusive(min, (s, b) => s > b) : exclusive(`(${min}`, (s, b) => s >= b)
  const below = max.startsWith('(') ? exclusive(max, (s, b) => s < b) : exclusive(`(${max}`, (s, b) => s <= b)
  return (score) => above(score) && below(score)
}

function exclusive(bound: string, test: (score: number, bound: number) => boolean) {
  const number = float(bound.slice(1))
  return (score: number) => test(score, number)
}

function zrange(store: Store, [key = '', start = '', stop = '', ...rest]: readonly string[]): Reply {
  const words = rest.map((word) => word.toUpperCase())
  const known = ['BYSCORE', 'REV', 'WITHSCORES']
  let limit: [number, number] | undefined
  for (let at = 0; at < words.length; at++) {
    if (words[at] === 'LIMIT') limit = [integer(rest[++at] ?? ''), integer(rest[++at] ?? '')]
    else if (!known.includes(words[at] ?? '')) throw syntaxError(rest[at])
  }
  const reverse = words.includes('REV')
  let members = sorted(read(store, key))
  if (reverse) members.reverse()
  if (words.includes('BYSCORE')) {
    const inside = reverse ? inScore(stop, start) : inScore(start, stop)
    members = members.filter(([, score]) => inside(score))
  } else members = members.slice(...bounds(start, stop, members.length))
  if (limit) members = members.slice(limit[0], limit[1] < 0 ? undefined : limit[0] + limit[1])
  return members.flatMap(([member, score]) => (words.includes('WITHSCORES') ? [member, scoreText(score)] : [member]))
}

function remove(store: Store, key: string, doomed: readonly string[]): number {
  const removed = doomed.filter((member) => read(store, key)?.delete(member)).length
  store.dropIfEmpty(key)
  return removed
}

export const sortedSetCommands: Readonly<Record<string, Command>> = {
  ZADD: { min: 3, run: zadd },
  ZINCRBY: { min: 3, run: (store, [key = '', by = '', member = '']) => zadd(store, [key, 'INCR', by, member]) },
  ZREM: { min: 2, run: (store, [key = '', ...members]) => remove(store, key, members) },
  ZCARD: { min: 1, run: (store, [key]) => read(store, key)?.size ?? 0 },
  ZSCORE: {
    min: 2,
    run(store, [key, member = '']) {
      const score = read(store, key)?.get(member)
      return score === undefined ? null : scoreText(score)
    },
  },
  ZRANK: {
    min: 2,
    run(store, [key, member = '']) {
      const rank = sorted(read(store, key)).findIndex(([name]) => name === member)
      return rank < 0 ? null : rank
    },
  },
  ZCOUNT: {
    min: 3,
    run: (store, [key, min = '', max = '']) =>
      sorted(read(store, key)).filter(([, score]) => inScore(min, max)(score)).length,
  },
  ZRANGE: { min: 3, run: zrange },
  ZRANGEBYSCORE: {
    min: 3,
    run: (store, [key = '', min = '', max = '', ...rest]) => zrange(store, [key, min, max, 'BYSCORE', ...rest]),
  },
  ZREMRANGEBYSCORE: {
    min: 3,
    run(store, [key = '', min = '', max = '']) {
      const inside = inScore(min, max)
      const doomed = sorted(read(store, key)).filter(([, score]) => inside(score))
      return remove(
        store,
        key,
        doomed.map(([member]) => member),
      )
    },
  },
  ZREMRANGEBYRANK: {
    min: 3,
    run(store, [key = '', start = '', stop = '']) {
      const members = sorted(read(store, key))
      return remove(
        store,
        key,
        members.slice(...bounds(start, stop, members.length)).map(([member]) => member),
      )
    },
  },
  ZPOPMIN: {
    min: 1,
    run(store, [key = '', count = '1']) {
      const taken = sorted(read(store, key)).slice(0, integer(count))
      remove(
        store,
        key,
        taken.map(([member]) => member),
      )
      return taken.flatMap(([member, score]) => [member, scoreText(score)])
    },
  },
}
