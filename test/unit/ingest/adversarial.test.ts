import { expect, test } from 'vitest'
import { foldBatch } from '../../../lib/ingest/read/fold.ts'
import { clip } from '../../../lib/ingest/read/text.ts'
import { readCapture } from '../../../lib/ingest/read/v0.ts'

const now = new Date('2024-03-15T12:00:00Z')
const readAll = (payload: unknown) => readCapture(payload, { now, path: '/batch/', underscore: null })
const readText = (text: string) => readAll(JSON.parse(text)).events
const nested = (depth: number) => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`) as unknown
const uuid = (digit: number) => `0190a3a0-0000-7000-8000-00000000000${digit}`

test('NUL characters and lone surrogates become U+FFFD in names, ids, keys and values', () => {
  const [event] = readText(
    String.raw`{"api_key":"phc","event":"n\u0000","distinct_id":"d\ud800","properties":{
      "k\u0000":["v\udc00",{"deep\u0000":"\u0000"}],"$session_id":"s\u0000","$groups":{"t\u0000":"g\u0000"},
      "$set":{"p\u0000":"\u0000"},"$unset":["u\u0000"],"fine":"\ud83d\ude00"},"$set_once":{"o\ud800":1}}`,
  )
  expect(event).toMatchObject({
    event: 'n\uFFFD',
    distinctId: 'd\uFFFD',
    sessionId: 's\uFFFD',
    set: { 'p\uFFFD': '\uFFFD' },
    setOnce: { 'o\uFFFD': 1 },
    unset: ['u\uFFFD'],
    properties: { 'k\uFFFD': ['v\uFFFD', { 'deep\uFFFD': '\uFFFD' }], fine: '😀' },
  })
  expect(event && Object.entries(event.groups)).toEqual([['t\uFFFD', 'g\uFFFD']])
  const call = JSON.stringify(foldBatch(event ? [event] : [], ['fine'], now))
  expect(call).not.toMatch(/\\u0000|\\ud[89a-f]/i)
})

test('ids of a merge and of a group are cleaned too', () => {
  const [identify, group] = readText(
    String.raw`{"api_key":"phc","batch":[
      {"event":"$identify","distinct_id":"d","properties":{"$anon_distinct_id":"a\u0000"}},
      {"event":"$groupidentify","distinct_id":{"id\u0000":1},"properties":{
        "$group_type":"t\u0000","$group_key":"k\ud800","$group_set":{"s\u0000":1}}}]}`,
  )
  expect(identify?.merge?.from).toBe('a\uFFFD')
  expect(group?.distinctId).toBe('{"id\uFFFD":1}')
  expect(group?.groupIdentify).toMatchObject({ type: 't\uFFFD', key: 'k\uFFFD', set: { 's\uFFFD': 1 } })
})

test('keys with a meaning in JavaScript are ordinary properties', () => {
  const events = readText(`{"api_key":"phc","event":"x","distinct_id":"a","$set":{"__proto__":{"b":1}},
    "properties":{"__proto__":"p","constructor":"c","$set":{"constructor":2},"$groups":{"__proto__":"g"}}}`)
  const call = foldBatch(events, ['__proto__', 'constructor', 'toString', 'hasOwnProperty'], now)
  expect(call.dict.slice(0, 2)).toEqual([
    ['p:__proto__', 'p'],
    ['p:constructor', 'c'],
  ])
  expect(call.events[0]?.slice(6, 12)).toEqual([0, 1, null, null, null, null])
  expect(call.groupTypes).toEqual(['__proto__'])
  const sent = JSON.stringify(call)
  expect(sent).toContain('"__proto__":"p"')
  expect(sent).toContain('"$set":{"constructor":2,"__proto__":{"b":1}}')
  expect(call.definitions.properties.map(([of, , name]) => `${of} ${name}`).sort()).toEqual([
    '1 __proto__',
    '1 constructor',
    '2 __proto__',
    '2 constructor',
  ])
  expect(Object.hasOwn(Object.prototype, 'b')).toBe(false)
})

test.each<[string, object]>([
  ['properties', { properties: { deep: nested(100_000) } }],
  ['a distinct id', { distinct_id: nested(100_000) }],
  ['$set', { $set: { deep: nested(100_000) } }],
  ['elements', { properties: { $elements: [{ tag_name: 'a', attr__x: nested(100_000) }] } }],
])('%s nested too deeply are refused, not a crash', (_name, more) => {
  expect(() => readAll({ api_key: 'phc', event: 'x', distinct_id: 'a', ...more })).toThrowError(
    expect.objectContaining({ name: 'ApiError', status: 400 }),
  )
})

test('what is nested as clients do is kept', () => {
  const [event] = readAll({ api_key: 'phc', event: 'x', distinct_id: 'a', properties: { a: nested(100) } }).events
  expect(event?.properties.a).toEqual(nested(100))
})

test('elements whose attributes are objects with methods of their own', () => {
  const bad = { toString: 1, valueOf: 1 }
  const properties = { $elements: [{ tag_name: 'a', attr__class: [bad], attr__x: bad, attr__y: [bad, null, 'z'] }] }
  const [event] = readAll({ api_key: 'phc', event: 'x', distinct_id: 'a', properties }).events
  expect(event?.properties.$elements_chain).toContain('attr__x="{\\"toString\\":1')
})

test('numbers that JSON cannot write are null; others have the text Postgres prints, or none', () => {
  const events = readText(`{"api_key":"phc","event":"x","distinct_id":"a",
    "properties":{"a":1e400,"b":1e21,"c":1e-7,"d":-0,"e":0.1,"f":12345678901234567890}}`)
  const call = foldBatch(events, ['a', 'b', 'c', 'd', 'e', 'f'], now)
  expect(events[0]?.properties.a).toBeNull()
  expect(call.dict.slice(0, 3)).toEqual([
    ['p:d', '0'],
    ['p:e', '0.1'],
    ['p:f', '12345678901234567000'],
  ])
  expect(call.events[0]?.slice(6, 12)).toEqual([null, -1, -1, 0, 1, 2])
  expect(call.definitions.properties[0]).toEqual([1, null, 'a', null])
})

test('an event that comes twice keeps its first place', () => {
  const event = (name: string, digit: number, value: number) => ({
    event: name,
    distinct_id: 'a',
    uuid: uuid(digit),
    $set: { n: value },
  })
  const { events } = readAll({ api_key: 'phc', batch: [event('A', 1, 1), event('B', 2, 2), event('A', 1, 3)] })
  const call = foldBatch(events, [], now)
  expect(call.events.map(([id]) => id)).toEqual([uuid(1), uuid(2)])
  expect(call.props.map(([position, , set]) => [position, set.n])).toEqual([
    [0, 1],
    [1, 2],
  ])
})

test('names that hold line breaks do not run into each other', () => {
  const { events } = readAll({
    api_key: 'phc',
    batch: [
      { event: 'a\nb', distinct_id: 'a', properties: { c: 'x' } },
      { event: 'a', distinct_id: 'a', properties: { 'b\nc': 'x', k: 'y\nz', 'k\ny': 'z' } },
    ],
  })
  const call = foldBatch(events, ['k', 'k\ny'], now)
  expect(call.definitions.eventProperties).toEqual([
    ['a\nb', 'c'],
    ['a', 'b\nc'],
    ['a', 'k'],
    ['a', 'k\ny'],
  ])
  expect(call.dict).toContainEqual(['p:k', 'y\nz'])
  expect(call.dict).toContainEqual(['p:k\ny', 'z'])
})

test('names over 200 bytes are not recorded, values over 200 bytes not coded', () => {
  const long = 'é'.repeat(101)
  const properties = { [long]: 1, k: long, l: 'é'.repeat(100) }
  const { events } = readAll({ api_key: 'phc', event: long, distinct_id: 'a', properties })
  const call = foldBatch(events, ['k', 'l'], now)
  expect(call.definitions).toMatchObject({ events: [], eventProperties: [] })
  expect(call.definitions.properties.map(([, , name]) => name)).toEqual(['k', 'l'])
  expect(call.events[0]?.slice(6, 8)).toEqual([-1, 0])
})

test('a batch could make any number of group types, an event any number of groups', () => {
  const $groups = (n: number) => Object.fromEntries(Array.from({ length: 50 }, (_, g) => [`type ${n} ${g}`, 'key']))
  const batch = Array.from({ length: 50 }, (_, n) => ({
    event: 'x',
    distinct_id: 'a',
    properties: { $groups: $groups(n) },
  }))
  const { groupTypes, groupKeys, events } = foldBatch(readAll({ api_key: 'phc', batch }).events, [], now)
  expect([groupTypes.length, groupKeys.length, events.length]).toEqual([100, 100, 50])
})

test('a request to unset a hundred thousand keys is refused', () => {
  const unset = (keys: number) => ({
    api_key: 'phc',
    event: 'x',
    distinct_id: 'a',
    $unset: Array.from({ length: keys }, (_, n) => `k${n}`),
  })
  expect(() => readAll(unset(1_001))).toThrowError('event submitted with more than 1000 keys to unset')
  expect(readAll(unset(1_000)).events[0]?.unset).toHaveLength(1_000)
})

test('$groupidentify records group properties only; keys that are no properties are left out', () => {
  const properties = {
    $group_type: 'org',
    $group_key: 7,
    $group_set: { seats: 3 },
    $groups: { org: 'o', team: 5, bad: {}, none: null },
  }
  const { events } = readAll({
    api_key: 'phc',
    batch: [
      { event: '$groupidentify', distinct_id: 'a', properties },
      { event: 'x', distinct_id: 'a', properties: { ...properties, $unset: ['z'], $group_0: 'o', own: true } },
    ],
  })
  const { definitions, groupTypes } = foldBatch(events, [], now)
  expect(definitions.properties).toEqual([
    [3, 'org', 'seats', 'Numeric'],
    [1, null, 'own', 'Boolean'],
  ])
  expect(groupTypes).toEqual(['org', 'team'])
})

test('clipping counts code points and never splits one', () => {
  expect(clip('😀'.repeat(300), 200)).toBe('😀'.repeat(200))
  expect(clip(`a${'😀'.repeat(300)}`, 2)).toBe('a😀')
})
