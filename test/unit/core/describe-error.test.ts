import { DrizzleQueryError } from 'drizzle-orm/errors'
import { expect, test } from 'vitest'
import { describeError } from '../../../lib/core/describe-error.ts'
import { unexpected } from '../../../lib/core/errors.ts'

const SECRET = 'sha256$0123abcd'

test('a failed statement is told by its cause, without the statement and its parameters', () => {
  const cause = Object.assign(new Error('relation "keys" does not exist'), { name: 'NeonDbError', code: '42P01' })
  const told = describeError(new DrizzleQueryError('select * from personal_api_keys where v = $1', [SECRET], cause))
  expect(told).toContain('NeonDbError 42P01 relation "keys" does not exist')
  expect(told).not.toContain(SECRET)
  expect(told).not.toContain('personal_api_keys')
  expect(describeError(unexpected(cause))).toContain('A server error occurred. <- NeonDbError')
})

test('a failed command of Redis is told without the command', () => {
  const error = new Error(`WRONGTYPE not a string, command was: ["get","key:${SECRET}"]`)
  expect(describeError(error)).toContain('WRONGTYPE not a string')
  expect(describeError(error)).not.toContain(SECRET)
})

test('what is no error, and what causes itself, is told too', () => {
  const round: { message: string; cause?: unknown } = { message: 'round' }
  round.cause = round
  expect(describeError(round)).toContain('round <- round')
  expect(describeError('a text')).toBe('a text')
  expect(describeError(undefined)).toBe('')
  expect(describeError(new Error('x'.repeat(100_000))).length).toBeLessThan(3_000)
})
