import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { decodePayload } from '../../../lib/ingest/read/body.ts'
import { propertyType } from '../../../lib/ingest/read/definitions.ts'
import { foldBatch } from '../../../lib/ingest/read/fold.ts'
import { isIllegalId, isIllegalIdV1 } from '../../../lib/ingest/read/illegal-ids.ts'
import { decompressLz } from '../../../lib/ingest/read/lz-string.ts'
import { eventTime, parseInstant, sentTime } from '../../../lib/ingest/read/time.ts'
import { parseUuid, uuidv7 } from '../../../lib/ingest/read/uuid.ts'
import { readCapture } from '../../../lib/ingest/read/v0.ts'
import { readCaptureV1 } from '../../../lib/ingest/read/v1.ts'

const now = new Date('2024-03-15T12:00:00Z')
const event = { event: 'x', distinct_id: 'a', properties: { text: 'a+b c&d=é' } }
const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64')

interface Sent {
  body?: string | Uint8Array
  contentType?: string
  contentEncoding?: string
  query?: string
}
const decode = ({ body = '', contentType = '', contentEncoding = '', query = '' }: Sent) =>
  decodePayload({
    bytes: typeof body === 'string' ? new TextEncoder().encode(body) : body,
    contentType,
    contentEncoding,
    query: new URLSearchParams(query),
  })
const FORM = 'application/x-www-form-urlencoded'
const json = JSON.stringify(event)

test.each<[string, Sent]>([
  ['JSON', { body: json, contentType: 'application/json' }],
  ['text', { body: json, contentType: 'text/plain' }],
  ['gzip', { body: gzipSync(json), contentEncoding: 'gzip' }],
  ['gzip that nothing announces', { body: gzipSync(json), contentType: 'text/plain' }],
  ['gzip-js', { body: gzipSync(json), query: 'compression=gzip-js' }],
  ['a hint that is wrong', { body: json, query: 'compression=gzip-js' }],
  ['base64 body', { body: base64(event) }],
  ['base64 with a hint', { body: base64(event), query: 'compression=base64' }],
  ['form with base64', { body: `data=${encodeURIComponent(base64(event))}`, contentType: FORM }],
  ['form whose + became blanks', { body: `data=${base64(event)}&compression=base64`, contentType: FORM }],
  ['form with JSON', { body: `data=${encodeURIComponent(json)}`, contentType: FORM }],
  ['query with base64', { query: `data=${encodeURIComponent(base64(event))}` }],
  ['query with JSON', { query: `data=${encodeURIComponent(json)}` }],
])('%s', async (_name, sent) => {
  expect(await decode(sent)).toEqual(event)
})

test.each<[string, Sent]>([
  ['nothing', {}],
  ['no JSON', { body: '{"a":' }],
  ['no UTF-8', { body: Uint8Array.from([0x22, 0xff, 0x22]) }],
  ['damaged gzip', { body: Uint8Array.from([0x1f, 0x8b, 0x08, 1, 2, 3]) }],
  ['a form without data', { body: 'x=1', contentType: FORM }],
])('%s is refused', async (_name, sent) => {
  await expect(decode(sent)).rejects.toMatchObject({ status: 400 })
})

test('lz-string, with a limit', () => {
  // what LZString.compressToBase64 makes of these texts
  expect(decompressLz('BIUwNmD2A0AEDukBOYAmBCIA', 1_000)).toBe('Hello, world!')
  expect(() => decompressLz('BIUwNmD2A0AEDukBOYAmBCIA', 5)).toThrowError(expect.objectContaining({ status: 413 }))
  expect(decompressLz('!!', 10)).toBeUndefined()
})

test.each([
  ['2024-03-01T10:00:00Z', '2024-03-01T10:00:00.000Z'],
  ['2024-03-01T10:00:00+03', '2024-03-01T07:00:00.000Z'],
  ['2024-03-01 10:00:00', '2024-03-01T10:00:00.000Z'],
  ['2024-03-01 10:00:00.123 +0100', '2024-03-01T09:00:00.123Z'],
  ['2024-03-01', '2024-03-01T00:00:00.000Z'],
  ['Fri, 01 Mar 2024 10:00:00 +0000', '2024-03-01T10:00:00.000Z'],
  ['2024/03/01', '2024-03-01T00:00:00.000Z'],
  ['3/1/2024 10:00', '2024-03-01T10:00:00.000Z'],
  ['1709287200', '2024-03-01T10:00:00.000Z'],
  ['1709287200123', '2024-03-01T10:00:00.123Z'],
  [1709287200, '2024-03-01T10:00:00.000Z'],
  ['soon', undefined],
  ['', undefined],
  [{}, undefined],
])('the time %j is %s', (text, iso) => {
  expect(parseInstant(text)?.toISOString()).toBe(iso)
})

test('the clock of the sender is corrected, an offset wins, the future is now', () => {
  const clock = { now, sentAt: null, ignoreSentAt: false }
  const time = (more: object) => eventTime({ ...clock, ...more }).toISOString()
  const timestamp = '2024-03-15T11:00:00Z'
  const ahead = { timestamp, sentAt: new Date('2024-03-15T13:00:00Z') }
  expect(time({})).toBe(now.toISOString())
  expect(time({ timestamp: 'junk' })).toBe(now.toISOString())
  expect(time({ timestamp })).toBe('2024-03-15T11:00:00.000Z')
  expect(time(ahead)).toBe('2024-03-15T10:00:00.000Z')
  expect(time({ ...ahead, ignoreSentAt: true })).toBe('2024-03-15T11:00:00.000Z')
  expect(time({ timestamp, offset: 60_000 })).toBe('2024-03-15T11:59:00.000Z')
  expect(time({ timestamp: '2024-03-16T10:59:00Z' })).toBe('2024-03-16T10:59:00.000Z')
  expect(time({ timestamp: '2024-03-16T11:01:00Z' })).toBe(now.toISOString())
  expect(time({ timestamp: '+010000-01-01T00:00:00Z' })).toBe('1970-01-01T00:00:00.000Z')
  expect(sentTime(undefined, '1710504000000')?.toISOString()).toBe('2024-03-15T12:00:00.000Z')
  expect(sentTime(undefined, '1710504000')).toBeNull()
})

test('ids that stand for nobody', () => {
  for (const id of ['anonymous', 'GUEST', "'undefined'", '"NaN"', ' ', '', '0', 'none', '[object Object]'])
    expect(isIllegalId(id), id).toBe(true)
  for (const id of ['nan', 'ann', '00', "'", 'user']) expect(isIllegalId(id), id).toBe(false)
  for (const id of ['nan', 'User', '00000000-0000-0000-0000-000000000000']) expect(isIllegalIdV1(id), id).toBe(true)
})

test('uuids', () => {
  expect(parseUuid('0190A3A0000070008000000000000001')).toBe('0190a3a0-0000-7000-8000-000000000001')
  expect(parseUuid('no')).toBeUndefined()
  const made = uuidv7(now)
  expect(made).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(Number.parseInt(made.replace('-', '').slice(0, 12), 16)).toBe(now.getTime())
})

const context = { now, path: '/batch/', underscore: null }
const read = (payload: unknown, more: object = {}) => readCapture(payload, { ...context, ...more })

test('shapes of a request and where its token is', () => {
  const one = { event: 'x', distinct_id: 'a' }
  expect(read({ api_key: ' phc ', batch: [one, one] })).toMatchObject({ token: 'phc', events: [{ event: 'x' }, {}] })
  expect(read([{ ...one, properties: { token: 'phc' } }]).token).toBe('phc')
  expect(read({ ...one, $token: 'phc' }).events).toHaveLength(1)
  expect(read({ api_key: 'phc', properties: { distinct_id: 23.4 }, event: 'x' }).events[0]?.distinctId).toBe('23.4')
  expect(read({ api_key: 'phc', distinct_id: 'a' }, { path: '/engage/' }).events[0]?.event).toBe('$identify')
  expect(read({ api_key: 'phc', ...one, distinct_id: { a: 1 } }).events[0]?.distinctId).toBe('{"a":1}')
  expect(read({ api_key: 'phc', ...one, distinct_id: 'é'.repeat(300) }).events[0]?.distinctId).toHaveLength(200)
})

test.each([
  [401, { event: 'x', distinct_id: 'a' }],
  [401, { api_key: 'phx_secret', event: 'x', distinct_id: 'a' }],
  [401, { api_key: 'x'.repeat(65), event: 'x', distinct_id: 'a' }],
  [
    401,
    [
      { api_key: 'a', event: 'x', distinct_id: 'a' },
      { api_key: 'b', event: 'x', distinct_id: 'a' },
    ],
  ],
  [400, { api_key: 'a', batch: [] }],
  [400, { api_key: 'a', event: 'x' }],
  [400, { api_key: 'a', event: '', distinct_id: 'a' }],
  [400, { api_key: 'a', distinct_id: 'a' }],
  [400, { api_key: 'a', event: 'x', distinct_id: 'a', uuid: 'nope' }],
  [400, 'text'],
  [400, null],
])('%s for %j', (status, payload) => {
  expect(() => read(payload)).toThrowError(expect.objectContaining({ status }))
})

test('what an event means for persons', () => {
  const one = (more: object) => read({ api_key: 'phc', event: 'x', distinct_id: 'd', ...more }).events[0]
  const merged = one({
    event: '$identify',
    properties: { $anon_distinct_id: 'a', $set: { x: 1, y: 1 } },
    $set: { y: 2 },
  })
  expect(merged).toMatchObject({ merge: { from: 'a', force: false }, set: { x: 1, y: 2 }, changesPerson: true })
  expect(one({ event: '$identify', properties: { $anon_distinct_id: 'd' } })?.merge).toBeNull()
  expect(one({ event: '$create_alias', properties: { alias: 'guest' } })?.merge).toBeNull()
  expect(one({ event: '$merge_dangerously', properties: { alias: 'a' } })?.merge).toEqual({ from: 'a', force: true })
  expect(one({ properties: { $process_person_profile: false, $set: { x: 1 } } })?.changesPerson).toBe(false)
  expect(one({ event: '$identify', properties: { $process_person_profile: false } })).toBeUndefined()
  expect(one({ event: '$exception' })?.changesPerson).toBe(false)
  expect(one({ properties: { $unset: { a: 1 } } })?.unset).toEqual(['a'])
  const group = { $group_type: 'org', $group_key: 5, $group_set: { n: 1 }, $process_person_profile: false }
  expect(one({ event: '$groupidentify', properties: group })).toMatchObject({
    groupIdentify: { type: 'org', key: '5', set: { n: 1 } },
    changesPerson: false,
  })
})

test('v1 answers for each event', () => {
  const good = {
    event: 'x',
    uuid: '0190a3a0-0000-7000-8000-000000000001',
    distinct_id: 'a',
    timestamp: '2024-03-15T11:00:00Z',
    session_id: 's',
    options: { process_person_profile: false },
  }
  const bad = { ...good, uuid: '0190a3a0-0000-7000-8000-000000000002', timestamp: 'yesterday' }
  const v1 = { now, requestTimestamp: '2024-03-15T12:00:10Z', sdkInfo: 'posthog-node/5.70.0' }
  const { events, results } = readCaptureV1({ created_at: '2024-03-15T12:00:00Z', batch: [good, bad] }, v1)
  expect(Object.values(results).map(({ result }) => result)).toEqual(['ok', 'drop'])
  expect(events).toMatchObject([{ sessionId: 's', changesPerson: false, properties: { $lib: 'posthog-node' } }])
  expect(events[0]?.timestamp.toISOString()).toBe('2024-03-15T10:59:50.000Z')
  for (const batch of [[], [{ ...good, uuid: 'x' }], [good, good]])
    expect(() => readCaptureV1({ created_at: '2024-03-15T12:00:00Z', batch }, v1)).toThrowError(
      expect.objectContaining({ status: 400 }),
    )
})

test('a batch is folded into names, positions and rows; an event counts once', () => {
  const uuid = '0190a3a0-0000-7000-8000-000000000001'
  const properties = { $browser: 'Chrome', $os: ['x'], $pathname: null, $groups: { org: 'a' }, $session_id: 's' }
  const { events } = read({
    api_key: 'phc',
    batch: [
      { event: 'x', distinct_id: 'a', uuid, properties },
      { event: 'x', distinct_id: 'a', uuid, properties },
      { event: '$identify', distinct_id: 'd', properties: { $anon_distinct_id: 'a', $browser: 'Chrome' } },
    ],
  })
  const call = foldBatch(events, ['$browser', '$os', null, null, '$pathname', 'utm_source'], now)
  expect(call.dict).toEqual([
    ['p:$browser', 'Chrome'],
    ['$event', 'x'],
    ['$session', 's'],
    ['$event', '$identify'],
  ])
  expect(call.ids.map(([id, first]) => [id, first])).toEqual([
    ['a', 0],
    ['d', 1],
  ])
  expect(call.merges).toEqual([[1, 0, 1, false, now.toISOString()]])
  expect(call.groupKeys).toEqual([[0, 'a', now.toISOString()]])
  expect(call.events.map((row) => row.slice(2, 12))).toEqual([
    [0, 1, 2, [0], 0, -1, null, null, null, null],
    [1, 3, null, null, 0, null, null, null, null, null],
  ])
})

test.each([
  ['n', 5, 'Numeric'],
  ['n', '5', 'String'],
  ['n', true, 'Boolean'],
  ['n', 'FALSE', 'Boolean'],
  ['n', null, null],
  ['n', [1], null],
  ['n', '2024-03-15T12:00:00Z', 'DateTime'],
  ['n', '2024-03-15', 'DateTime'],
  ['n', '15-03-2024', 'DateTime'],
  ['n', '2024-99-99', 'String'],
  ['created_at', 1_710_000_000, 'DateTime'],
  ['created_at', 5, 'Numeric'],
  ['utm_term', 5, 'String'],
  ['$feature/x', true, 'String'],
])('the type of %s = %j is %s', (name, value, type) => {
  expect(propertyType(name, value, now)).toBe(type)
})
