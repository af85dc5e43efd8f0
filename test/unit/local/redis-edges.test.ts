import { beforeEach, expect, test } from 'vitest'
import { memoryRedis, type RedisDatabase } from '../../../local/redis/database.ts'
import { startRedis } from '../../../local/redis/server.ts'

let redis: RedisDatabase
const run = (...command: (string | number)[]) => redis.run(command.map(String))

beforeEach(() => {
  redis = memoryRedis(() => 1_700_000_000_000)
})

test('a stop before the first item is an empty range', async () => {
  await run('ZADD', 'z', 1, 'a', 2, 'b', 3, 'c')
  expect(await run('ZREMRANGEBYRANK', 'z', 0, -5)).toBe(0)
  expect(await run('ZRANGE', 'z', 0, -5)).toEqual([])
  await run('RPUSH', 'l', 'a', 'b', 'c')
  expect(await run('LRANGE', 'l', 0, -5)).toEqual([])
})

test('popping none pops none', async () => {
  await run('RPUSH', 'l', 'a', 'b')
  expect(await run('RPOP', 'l', 0)).toEqual([])
  expect(await run('LLEN', 'l')).toBe(2)
})

test('a ZADD that fails changes nothing', async () => {
  await expect(run('ZADD', 'z', 1, 'a', 'x', 'b')).rejects.toThrow('not a valid float')
  expect(await run('EXISTS', 'z')).toBe(0)
})

test('unknown options are named, whatever the key holds', async () => {
  await expect(run('EXPIRE', 'none', 10, 'FOO')).rejects.toThrow('FOO')
  await run('SET', 'k', 'v', 'EX', 10)
  await expect(run('EXPIRE', 'k', 1, 'BAR')).rejects.toThrow('BAR')
  await expect(run('GETEX', 'k', 'NX')).rejects.toThrow('NX')
  await expect(run('MSET', 'a', 1, 'b')).rejects.toThrow('mset')
})

test('numbers of milliseconds survive a script', async () => {
  await run('SET', 'at', '1700000000123')
  expect(await run('EVAL', "return redis.call('INCRBY', KEYS[1], 1)", 1, 'at')).toBe(1_700_000_000_124)
  expect(await run('EVAL', 'return tonumber(ARGV[1]) + 1', 0, '1700000000123')).toBe(1_700_000_000_124)
  await run('EVAL', "redis.call('SET', KEYS[1], tonumber(ARGV[1]) + 1)", 1, 'n', '1700000000123')
  expect(await run('GET', 'n')).toBe('1700000000124')
})

test('a status is a table with ok in a script', async () => {
  expect(await run('EVAL', "return redis.call('SET', KEYS[1], 'v').ok", 1, 'k')).toBe('OK')
  expect(await run('EVAL', "redis.call('SET', KEYS[1], 'OK') return redis.call('GET', KEYS[1])", 1, 'k')).toBe('OK')
})

test('an argument of redis.call that is no text or number is an error', async () => {
  await expect(run('EVAL', "return redis.call('GET', nil)", 0)).rejects.toThrow('must be strings or integers')
})

test('cjson in a script', async () => {
  const script = 'local t = cjson.decode(ARGV[1]) t.n = t.n + 1 return {t.list[2], cjson.encode(t.list), tostring(t.n)}'
  expect(await run('EVAL', script, 0, '{"n":1,"list":["a","b"]}')).toEqual(['b', '["a","b"]', '2'])
})

test('a request that cannot be read is a 400, another method a 405', async () => {
  const shim = await startRedis(0, 't', redis)
  const send = async (path: string, init: RequestInit) =>
    (await fetch(shim.url + path, { headers: { Authorization: 'Bearer t' }, ...init })).status
  expect(await send('/', { method: 'POST', body: 'x' })).toBe(400)
  expect(await send('/pipeline', { method: 'POST', body: '{}' })).toBe(400)
  expect(await send('/', { method: 'DELETE' })).toBe(405)
  await shim.close()
})
