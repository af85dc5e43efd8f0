import { expect, test } from 'vitest'
import { printHogql } from '../../../lib/engines/hogql/print.ts'
import { lowerPostgres } from '../../../lib/engines/postgres/lower.ts'
import { printPostgres } from '../../../lib/engines/postgres/print.ts'
import { bindAggregate, bindExpression } from '../../../lib/hogql/expressions.ts'
import { eventFields } from '../../../lib/hogql/fields.ts'
import { parseExpression } from '../../../lib/hogql/parse/expressions.ts'
import { Scope } from '../../../lib/hogql/scope.ts'
import type { Expr } from '../../../lib/tree/expr.ts'
import type { Select } from '../../../lib/tree/relation.ts'

const SCOPE = Scope.of(eventFields, {
  timezone: 'UTC',
  weekStartDay: 0 as const,
  now: '2024-01-01T00:00:00.000Z',
  instant: () => null,
  attr: 'key',
  propertyType: (_: string, key: string) => (key === 'n' ? 'float' : 'text') as 'float',
})
const expression = (text: string) => bindExpression(parseExpression(text, 'key'), SCOPE).expr
const aggregate = (text: string) => bindAggregate(parseExpression(text, 'key'), SCOPE)
const select = (expr: Expr): Select => ({
  kind: 'select',
  columns: [{ expr, as: 'x' }],
  from: { kind: 'table', name: 'events', alias: 'events' },
})
const hogql = (expr: Expr) =>
  printHogql(select(expr), SCOPE.context.propertyType).replace(/^select (.*) as x from events$/, '$1')
const postgres = (expr: Expr) =>
  printPostgres(
    lowerPostgres(select(expr), {
      projectId: 7,
      timezone: 'UTC',
      slots: new Map(),
      hasPersonBacklog: false,
      eventCounts: new Map(),
    }),
  )

test.each([
  ['1 + 2 * 3', '1 + 2 * 3'],
  ['(1 + 2) * 3', '(1 + 2) * 3'],
  ['- properties.n', '-toFloat(properties.n)'],
  [`lower(properties.a) || 'x'`, `concat(lower(properties.a), 'x')`],
  ['properties.n > 2 ? 1 : 0', 'if(toFloat(properties.n) > 2, 1, 0)'],
  ['properties.`a b` ?? null', 'coalesce(properties.`a b`, NULL)'],
  [`properties['it''s'] is not null`, "properties.`it's` is not null"],
  ['-- a comment\n properties.a /* another */ is null', 'properties.a is null'],
])('%s', (text, printed) => {
  expect(hogql(expression(text))).toBe(printed)
})

test.each([
  ['', 'The expression ends too early. (at character 1)'],
  ['1 +', 'The expression ends too early. (at character 4)'],
  [`'open`, 'A quote is not closed. (at character 1)'],
  ['properties.a = = 1', 'Unexpected "=". (at character 16)'],
  ['properties.a; drop table events', 'Unexpected ";". (at character 13)'],
  ['properties.list[0]', 'SQL indexes start from one'],
  ['nothing', 'Unable to resolve field: nothing (at character 1)'],
  ['1 = pg_sleep(10)', `Unsupported function call 'pg_sleep(...)' (at character 5)`],
  ['constructor(1)', `Unsupported function call 'constructor(...)'`],
  ['__proto__', 'Unable to resolve field: __proto__'],
  ['lower(1, 2)', `Function 'lower' expects 1 argument, found 2 (at character 1)`],
  ['count()', `Aggregation 'count' cannot be used here.`],
  ['person_id = 5', 'This is of type id'],
  [`${'('.repeat(200)}1${')'.repeat(200)}`, 'nested too deeply'],
  ['(select uuid from persons)', 'Unexpected "select". (at character 2)'],
  ['1 in (select 1)', 'Unexpected "select"'],
  ['pg_catalog.pg_user', 'Unable to resolve field: pg_catalog.pg_user'],
  ['persons.properties.email', 'Unable to resolve field: persons.properties.email'],
  ['events.project', 'Unable to resolve field: events.project'],
  ['dictionary.value', 'Unable to resolve field: dictionary.value'],
  [`timestamp > 'soon'`, 'This is no date. (at character 13)'],
  ['secret_id', 'Unable to resolve field: secret_id'],
])('refused: %s', (text, detail) => {
  expect(() => expression(text)).toThrow(detail)
})

test.each([
  ['properties.n', 'stands outside an aggregate'],
  ['sum(properties.n) + properties.n', 'stands outside an aggregate'],
  ['1 + 1', 'has no aggregate'],
  ['sum(avg(properties.n))', 'cannot be nested'],
  ['quantile(2)(properties.n)', 'a number from 0 to 1'],
])('no aggregate: %s', (text, detail) => {
  expect(() => aggregate(text)).toThrow(detail)
})

test('whatever a text holds, it is a parameter, and the project guard stays', () => {
  const evil = `x'; drop table events; -- " \\ $1`
  const quoted = `'${evil.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
  const { text, params } = postgres(
    expression(`properties['${evil.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'] = ${quoted}`),
  )
  expect(params).toContain(evil)
  expect(text).not.toContain('drop table')
  expect(text).toContain('"events"."project" = $')
})

test('random texts are read or refused with a 400, never anything else', () => {
  const parts = [
    'properties',
    '.',
    'n',
    '(',
    ')',
    "'",
    '"',
    '`',
    '[',
    ']',
    'and',
    'not',
    'in',
    '=',
    '>',
    '1',
    ',',
    '?',
    ':',
    'case',
    'when',
    'count',
    'x',
    ' ',
    '\\',
    '-',
    '/*',
    'null',
    'like',
    'between',
    '||',
  ]
  let seed = 7
  const random = () => {
    seed = (seed * 16_807) % 2_147_483_647
    return seed / 2_147_483_647
  }
  for (let n = 0; n < 5_000; n++) {
    const text = Array.from(
      { length: 1 + Math.floor(random() * 12) },
      () => parts[Math.floor(random() * parts.length)],
    ).join(' ')
    try {
      postgres(expression(text))
    } catch (error) {
      expect(error, text).toMatchObject({ status: 400 })
    }
  }
})
