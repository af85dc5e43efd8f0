import { expect, test } from 'vitest'
import { eventTime, parseInstant } from '../../../lib/ingest/read/time.ts'
import { readCapture } from '../../../lib/ingest/read/v0.ts'
import { readCaptureV1 } from '../../../lib/ingest/read/v1.ts'

const now = new Date('2024-03-15T12:00:00Z')
const one = { event: 'x', distinct_id: 'a' }
const read = (payload: unknown, path = '/e') => readCapture(payload, { now, path, underscore: null })

test.each([
  ['2024-03-01 10:00:00 UTC', '2024-03-01T10:00:00.000Z'],
  ['2024-03-01T10:00:00 +03:00', '2024-03-01T07:00:00.000Z'],
  ['2024/3/1 9:05', '2024-03-01T09:05:00.000Z'],
  ['2024/03/01 10:00:00.500', '2024-03-01T10:00:00.500Z'],
  ['2024/03/01T10:00:00+01', '2024-03-01T09:00:00.000Z'],
  ['2024-03-01T10:00:00.123456789Z', '2024-03-01T10:00:00.123Z'],
  ['2024-03-01t10:00:00z', '2024-03-01T10:00:00.000Z'],
  ['1 Mar 2024 10:00:00 +0200', '2024-03-01T08:00:00.000Z'],
  ['12:00', undefined],
  ['T12:00', undefined],
  ['99999999999999999999', undefined],
  ['2024-13-45', undefined],
])('the time %j is %s', (text, iso) => {
  expect(parseInstant(text)?.toISOString()).toBe(iso)
})

test.each<[unknown, unknown, string]>([
  [undefined, 8.64e15 * 4, '2024-03-15T12:00:00.000Z'],
  [undefined, -90_000_000, '2024-03-15T12:00:00.000Z'],
  [undefined, 1.5, '2024-03-15T12:00:00.000Z'],
  [{}, null, '2024-03-15T12:00:00.000Z'],
  ['0001-01-01T00:00:00Z', undefined, '0001-01-01T00:00:00.000Z'],
  ['-000001-01-01T00:00:00Z', undefined, '1970-01-01T00:00:00.000Z'],
])('timestamp %j with offset %j is %s', (timestamp, offset, iso) => {
  expect(eventTime({ timestamp, offset, sentAt: null, now, ignoreSentAt: false }).toISOString()).toBe(iso)
})

test('tokens: the top of a batch wins, white space does not make two of one', () => {
  expect(
    read({
      token: 'top',
      batch: [
        { ...one, api_key: 'a' },
        { ...one, api_key: 'b' },
      ],
    }).token,
  ).toBe('top')
  expect(read([{ ...one, api_key: 'a' }, { ...one, token: ' a ' }, one]).token).toBe('a')
  const refused: [unknown, string][] = [
    [one, 'event submitted without an api_key'],
    [{ ...one, api_key: 'phx_1' }, 'API key is not valid: personal_api_key'],
    [{ ...one, api_key: ' ' }, 'API key is not valid: it is empty'],
    [{ ...one, api_key: 'é' }, 'API key is not valid'],
    [{ ...one, api_key: 'a\u0000b' }, 'API key is not valid'],
    [{ ...one, api_key: 5 }, 'API key is not valid: it is empty'],
  ]
  for (const [payload, message] of refused)
    expect(() => read(payload)).toThrowError(expect.objectContaining({ status: 401, message }))
})

test('distinct ids: the top wins, one bad event refuses them all', () => {
  const id = (more: object) => read({ api_key: 'p', event: 'x', ...more }).events[0]?.distinctId
  expect(id({ $distinct_id: 'd', properties: { distinct_id: 'p' } })).toBe('d')
  expect(id({ distinct_id: 23 })).toBe('23')
  expect(id({ distinct_id: ['a', 1] })).toBe('["a",1]')
  expect(id({ distinct_id: '😀'.repeat(300) })).toBe('😀'.repeat(200))
  for (const bad of [{ event: 'x' }, { event: 'x', distinct_id: null }, { event: 'x', distinct_id: '' }])
    expect(() => read({ api_key: 'p', batch: [one, bad] })).toThrowError(
      expect.objectContaining({ status: 400, message: 'event submitted without a distinct_id' }),
    )
  expect(() => read({ api_key: 'p', batch: [one, { ...one, event: '' }] })).toThrowError(
    expect.objectContaining({ status: 400, message: 'event submitted with an empty event name' }),
  )
})

test('sent_at corrects a batch, not a single event', () => {
  const timestamp = '2024-03-15T11:00:00Z'
  const sent = { api_key: 'p', sent_at: '2024-03-15T13:00:00Z' }
  const time = (payload: unknown) => read(payload).events[0]?.timestamp.toISOString()
  expect(time({ ...sent, batch: [{ ...one, timestamp }] })).toBe('2024-03-15T10:00:00.000Z')
  expect(time({ ...sent, ...one, timestamp })).toBe('2024-03-15T11:00:00.000Z')
  const kept = { ...one, timestamp, properties: { $ignore_sent_at: true } }
  expect(time({ ...sent, batch: [kept] })).toBe('2024-03-15T11:00:00.000Z')
})

const v1Event = {
  event: 'x',
  uuid: '0190a3a0-0000-7000-8000-000000000001',
  distinct_id: 'a',
  timestamp: '2024-03-15T11:00:00Z',
}
const readV1 = (...batch: unknown[]) =>
  readCaptureV1({ created_at: '2024-03-15T12:00:00Z', batch }, { now, requestTimestamp: null, sdkInfo: null })

test.each([
  ['no name', { event: '' }],
  ['a name over 200', { event: 'x'.repeat(201) }],
  ['no distinct id', { distinct_id: undefined }],
  ['a distinct id over 200', { distinct_id: 'x'.repeat(201) }],
  ['a timestamp without zone', { timestamp: '2024-03-15T11:00:00' }],
  ['properties that are a list', { properties: [] }],
  ['an option of the wrong type', { options: { process_person_profile: 'no' } }],
  ['a merge without person processing', { event: '$identify', options: { process_person_profile: false } }],
])('v1 drops an event with %s, and keeps the others', (_name, more) => {
  const other = { ...v1Event, uuid: '0190a3a0-0000-7000-8000-000000000002' }
  const { events, results } = readV1({ ...v1Event, ...more }, other)
  expect(events.map(({ uuid }) => uuid)).toEqual([other.uuid])
  expect(results[v1Event.uuid]).toMatchObject({ result: 'drop', details: expect.any(String) })
  expect(results[other.uuid]).toEqual({ result: 'ok' })
})

test('v1 switches person processing off for ids that stand for nobody', () => {
  for (const distinct_id of ['Backend', 'anonymous-user', "'SYSTEM'"])
    expect(readV1({ ...v1Event, distinct_id }).events[0]?.changesPerson, distinct_id).toBe(false)
  // only v1's list has them
  expect(read({ api_key: 'p', event: 'x', distinct_id: 'backend' }).events[0]?.changesPerson).toBe(true)
  const identify = { ...v1Event, event: '$identify', properties: { $anon_distinct_id: 'user' } }
  expect(readV1(identify).events[0]).toMatchObject({ merge: null, changesPerson: true })
})
