import { expect, test } from 'vitest'
import { answersEnqueue, parseStatus, type RunStatus } from '../../../lib/refresh/status.ts'

const START = Date.parse('2026-01-01T00:00:00Z')
const MINUTE = 60_000
const at = (minutes: number) => new Date(START + minutes * MINUTE)
const status = (more: Partial<RunStatus> = {}): RunStatus => ({
  id: 'id',
  runId: 'run',
  cacheKey: 'key',
  complete: false,
  error: false,
  errorMessage: null,
  startTime: at(0).toISOString(),
  pickupTime: null,
  endTime: null,
  insightId: null,
  aliveUntil: START + 2 * MINUTE,
  ...more,
})
const parsed = (more: Partial<RunStatus>, minutes: number) => parseStatus(JSON.stringify(status(more)), at(minutes))

test('a run without a sign of life has failed as soon as it is lost', () => {
  expect(parsed({}, 1)).toMatchObject({ complete: false })
  expect(parsed({}, 2)).toMatchObject({ complete: true, error: true, lost: true, endTime: at(2).toISOString() })
  // a status of an earlier release
  const { aliveUntil: _, ...before } = status()
  expect(parseStatus(JSON.stringify(before), at(9))).toMatchObject({ complete: false })
  expect(parseStatus(JSON.stringify(before), at(10))).toMatchObject({ lost: true })
})

test('a run that has ended stays as it ended', () => {
  expect(parsed({ complete: true, endTime: at(1).toISOString() }, 60)).toMatchObject({ error: false })
})

test('an unknown and a forgotten run have no status', () => {
  for (const text of [null, undefined, '', 'gone']) expect(parseStatus(text, at(0))).toBeUndefined()
})

test('a run answers the next request while it runs, and for ten minutes after its end', () => {
  const ended = { complete: true, endTime: at(1).toISOString() }
  expect(answersEnqueue(parsed({}, 1), at(1))).toBe(true)
  expect(answersEnqueue(parsed({}, 3), at(3)), 'lost').toBe(false)
  expect(answersEnqueue(parsed(ended, 10), at(10))).toBe(true)
  expect(answersEnqueue(parsed(ended, 12), at(12))).toBe(false)
  expect(answersEnqueue(parsed({ ...ended, cancelled: true }, 2), at(2))).toBe(false)
  expect(answersEnqueue(undefined, at(0))).toBe(false)
})
