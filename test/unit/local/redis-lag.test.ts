import { Redis } from '@upstash/redis'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { memoryRedis } from '../../../local/redis/database.ts'
import { type RedisShim, startRedis } from '../../../local/redis/server.ts'

let now = 1_000_000
let shim: RedisShim
const client = () => new Redis({ url: shim.url, token: 't', automaticDeserialization: false, enableTelemetry: false })

beforeAll(async () => {
  shim = await startRedis(
    0,
    't',
    memoryRedis(() => now),
  )
})
beforeEach(async () => {
  await client().flushall()
  shim.setLag(2_000)
})
afterAll(() => shim.close())

test('reads of another client are late, writes and scripts are not', async () => {
  await client().set('k', 'new')
  const reader = client()
  expect(await reader.mget('k')).toEqual([null])
  expect(await client().evalRo("return redis.call('GET', KEYS[1])", ['k'], [])).toBeNull()
  expect(await client().set('k', 'other', { nx: true })).toBeNull()
  expect(await client().eval("return redis.call('GET', KEYS[1])", ['k'], [])).toBe('new')
  now += 2_000
  expect(await client().get('k')).toBe('new')
})

test('who wrote reads it at once, and never goes back behind what was seen', async () => {
  const writer = client()
  await writer.set('k', 'mine')
  expect(await writer.get('k')).toBe('mine')
  const reader = client()
  await reader.eval('return 1', [], [])
  expect(await reader.get('k')).toBe('mine')
})

test('what a script wrote arrives late too, with the lifetime that the leader gave it', async () => {
  await client().eval("return redis.call('SET', KEYS[1], 'v', 'PX', 3000)", ['k'], [])
  now += 2_000
  expect(await client().get('k')).toBe('v')
  expect(await client().pttl('k')).toBe(1_000)
  now += 1_000
  expect(await client().get('k')).toBeNull()
})

test('without a lag everybody reads from the leader', async () => {
  shim.setLag(0)
  await client().hset('h', { a: '1' })
  expect(await client().hget('h', 'a')).toBe('1')
})
