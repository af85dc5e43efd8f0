import { Redis } from '@upstash/redis'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { memoryRedis } from '../../../local/redis/database.ts'
import { type RedisShim, startRedis } from '../../../local/redis/server.ts'

let now = 1_000_000
let shim: RedisShim
let redis: Redis

beforeAll(async () => {
  shim = await startRedis(
    0,
    'secret',
    memoryRedis(() => now),
  )
  redis = new Redis({ url: shim.url, token: 'secret', automaticDeserialization: false, enableTelemetry: false })
})
beforeEach(async () => {
  await redis.flushall()
})
afterAll(() => shim.close())

test('texts come back as they were, also those that look like base64 or OK', async () => {
  for (const value of ['x', 'OK', 'T0s=', 'ä☃\u{1f994}', '00123']) {
    await redis.set('k', value)
    expect(await redis.get('k')).toBe(value)
  }
  expect(await redis.mget('k', 'missing')).toEqual(['00123', null])
})

test('NX sets once, and again after the expiry', async () => {
  expect(await redis.set('lock', 'a', { nx: true, px: 1000 })).toBe('OK')
  expect(await redis.set('lock', 'b', { nx: true, px: 1000 })).toBeNull()
  expect(await redis.pttl('lock')).toBe(1000)
  now += 1000
  expect(await redis.set('lock', 'b', { nx: true })).toBe('OK')
  expect(await redis.ttl('lock')).toBe(-1)
})

test('hashes, sets, lists and sorted sets', async () => {
  await redis.hset('h', { a: 1, b: 'x' })
  expect(await redis.hmget('h', 'a', 'c')).toEqual(['1', null])
  expect(await redis.rpush('l', 'a', 'b', 'c')).toBe(3)
  expect(await redis.lrange('l', -2, -1)).toEqual(['b', 'c'])
  await redis.sadd('s', 'a', 'b')
  expect(await redis.sismember('s', 'b')).toBe(1)
  await redis.zadd('z', { score: 2, member: 'two' }, { score: 1, member: 'one' }, { score: 3, member: 'three' })
  expect(await redis.zrange('z', 1, 2, { byScore: true })).toEqual(['one', 'two'])
  expect(await redis.zremrangebyscore('z', 0, 2)).toBe(2)
  expect(await redis.zcard('z')).toBe(1)
})

test('a script compares and deletes; its hash works from then on', async () => {
  const release = redis.createScript<number>(
    "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0",
  )
  await redis.set('lock', 'mine')
  expect(await release.exec(['lock'], ['yours'])).toBe(0)
  expect(await release.exec(['lock'], ['mine'])).toBe(1)
  expect(await redis.eval("return {redis.call('GET', 'none'), 'x', 2.9, {1}}", [], [])).toEqual([null, 'x', 2, [1]])
})

test('a pipeline goes on after an error, a transaction is atomic', async () => {
  const pipeline = redis.pipeline().set('a', '1').hget('a', 'f').incr('a')
  const results = await pipeline.exec({ keepErrors: true })
  expect(results.map((item) => item.error?.slice(0, 9) ?? item.result)).toEqual(['OK', 'WRONGTYPE', 2])
  expect(await redis.multi().set('b', '1').incrby('b', 4).exec()).toEqual(['OK', 5])
})

test('what is not known is an error that names it', async () => {
  const post = (command: unknown[], token = 'secret') =>
    fetch(shim.url, { method: 'POST', headers: { Authorization: `Bearer ${token}` }, body: JSON.stringify(command) })
  expect(await (await post(['FOO', 'x'])).json()).toEqual({ error: "ERR unknown command 'FOO'" })
  expect(await (await post(['SET', 'k', 'v', 'IFEQ', 'x'])).json()).toEqual({ error: "ERR syntax error near 'IFEQ'" })
  expect((await post(['GET', 'k'], 'wrong')).status).toBe(401)
  const path = await fetch(`${shim.url}/set/k/v/EX/10?_token=secret`)
  expect(await path.json()).toEqual({ result: 'OK' })
})
