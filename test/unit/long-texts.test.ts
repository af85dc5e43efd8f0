/** Texts of strangers on which work once grew with the square of their length: one request stopped the worker. */
import { expect, test } from 'vitest'
import { canonicalPath } from '../../functions/app.ts'
import { checkInput } from '../../lib/core/input.ts'
import { parseInstant } from '../../lib/ingest/read/time.ts'
import { convertFilters } from '../../lib/nodes/legacy/filters.ts'
import { selectorPattern } from '../../lib/plan/selector.ts'
import { csvPieces } from '../../lib/render/csv.ts'
import { bearerOf } from '../../lib/resources/authenticate.ts'

const LENGTH = 1_000_000
const run = (text: string) => text.repeat(LENGTH)

test('the time of an event: blanks before a zone', () => {
  expect(parseInstant(`2024${run(' ')}x`)).toBeUndefined()
  expect(parseInstant(`2024-01-01${run(' ')}`)).toEqual(new Date('2024-01-01T00:00:00Z'))
})

test('a key of legacy properties: underscores before its operator', () => {
  const key = `${run('_')}!`
  expect(convertFilters({ properties: { [key]: 'x' } })).toMatchObject({
    properties: { values: [{ values: [{ key, operator: 'exact' }] }] },
  })
})

test('a header of credentials: blanks after the key', () => {
  expect(bearerOf(`Bearer phx_x${run(' ')}y${run(' ')}`)).toBe(`phx_x${run(' ')}y`)
})

test('a path: slashes before its end', () => {
  expect(canonicalPath(`/api${run('/')}x/`)).toBe(`/api${run('/')}x`)
  expect(canonicalPath(`/api/x${run('/')}`)).toBe('/api/x')
  expect(canonicalPath('//')).toBe('/')
})

test('a selector is bounded', () => {
  expect(() => selectorPattern(run('.a'), 'selector')).toThrow('1000 characters')
})

test('a cell of a table: digits behind a sign', () => {
  expect([...csvPieces([[`+${run('1')}x`]])][0]).toHaveLength(LENGTH + 5)
})

test('JSON of any depth is looked at without calls of that depth', () => {
  let value: unknown = 1
  for (let depth = 0; depth < LENGTH; depth++) value = [value]
  expect(() => checkInput({ field: value })).toThrow('nested deeper than 128')
  expect(checkInput({ field: Array(10_000).fill({ a: 'x' }) }).field).toHaveLength(10_000)
  expect(() => checkInput({ a: [{ b: 'x\u0000' }] })).toThrow(
    expect.objectContaining({ attr: 'a__0__b', code: 'null_characters_not_allowed' }),
  )
})
