import { expect, test } from 'vitest'
import { sqlState } from '../../../../lib/core/database-error.ts'
import { mapDatabaseError } from '../../../../lib/engines/postgres/database-errors.ts'

const thrown = (code: string | undefined, more: object = {}) =>
  Object.assign(new Error('a secret of the row'), {
    code,
    severity: 'ERROR',
    detail: 'Key (secure_value)=(x)',
    ...more,
  })

/** SQLSTATE -> what it is for a query of a client, and for a statement of ours. */
const STATES: Record<string, readonly [ofClient: number, ofUs: number]> = {
  '57P01': [503, 503],
  '57P02': [503, 503],
  '57P03': [503, 503],
  '40001': [503, 503],
  '40P01': [503, 503],
  '08006': [503, 503],
  '08P01': [503, 503],
  '53300': [503, 503],
  '53100': [503, 503],
  '55P03': [503, 503],
  '58030': [503, 503],
  '42P01': [503, 503],
  '3F000': [503, 503],
  '42703': [503, 503],
  '23505': [503, 503],
  '25006': [503, 503],
  '57014': [504, 504],
  '22003': [400, 400],
  '22008': [400, 400],
  '22012': [400, 400],
  '2201B': [400, 400],
  '54001': [400, 400],
  '54000': [400, 400],
  '53200': [400, 503],
  // a function of ours that is not there yet
  '42883': [400, 503],
  '42803': [400, 500],
  '42P20': [400, 500],
  '21000': [400, 400],
  '53400': [400, 503],
  '0A000': [400, 503],
  '22023': [400, 400],
  '54023': [400, 400],
  '42601': [500, 500],
  XX000: [500, 500],
}

test.each(Object.entries(STATES))('%s was a 500, or a 503 for ever', (code, [ofClient, ofUs]) => {
  const errors = [mapDatabaseError(thrown(code), 'client'), mapDatabaseError(thrown(code), 'us')]
  expect(errors.map(({ status }) => status)).toEqual([ofClient, ofUs])
  for (const error of errors) {
    expect(sqlState(error)).toBe(code)
    expect(error.detail).not.toContain('secret')
    expect(Number(error.headers['Retry-After'] ?? 0) > 0).toBe(error.status >= 503)
  }
})

test('mistakes of a query are called what ClickHouse calls them', () => {
  const codes = ['22012', '42803', '42804', '21000', '2201B', '53400', '54001', '22023']
  expect(codes.map((code) => mapDatabaseError(thrown(code), 'client').code)).toEqual([
    'illegal_division',
    'not_an_aggregate',
    'illegal_type_of_argument',
    'incorrect_result_of_scalar_subquery',
    'cannot_compile_regexp',
    'memory_limit_exceeded',
    'too_deep_recursion',
    'invalid_input',
  ])
})

test('Neon without a compute was a 500; so was everything without an SQLSTATE', () => {
  expect(mapDatabaseError(thrown('XX000', { severity: 'FATAL' }), 'client').status).toBe(503)
  expect(mapDatabaseError(thrown('XX000', { severity: undefined }), 'us').status).toBe(503)
  expect(mapDatabaseError(new SyntaxError('Unexpected end of JSON input'), 'us').status).toBe(503)
  expect(mapDatabaseError(new TypeError('terminated'), 'client').status).toBe(503)
})

test('an answer that is larger than the protocol takes is no 503', () => {
  const error = new Error('Server error (HTTP status 507): response is too large')
  expect(mapDatabaseError(error, 'client')).toMatchObject({ status: 400, code: 'result_too_large' })
})

test('missing tables are told with the command that makes them', () => {
  expect(mapDatabaseError(thrown('42P01'), 'us').detail).toContain('npm run migrate')
})

test('the log learned the rows and parameters of a failed statement', () => {
  expect(JSON.stringify(mapDatabaseError(thrown('23505'), 'us').cause)).not.toContain('secure_value')
})
