/** What expressions give: casts, nothing, numbers and texts beyond bounds, and data that is meant to break them. */
import { beforeAll, describe, expect, test } from 'vitest'
import { testServer } from '../support/server.ts'
import { event, makeProject } from '../support/world.ts'

const RANGE = { dateRange: { date_from: '2020-01-01', date_to: '2020-01-02' } }
/** A day of 2020 that the events of one test have for themselves. */
const at = (hour: number) => `2020-01-01T${String(hour).padStart(2, '0')}:00:00Z`

const server = await testServer()
const project = await makeProject(server)
beforeAll(async () => {
  const events = (name: string, list: readonly object[]) =>
    list.map((properties, index) => event(name, 'u', at(index), { properties }))
  await project.send([
    ...events('mixed', [
      { v: '12.50', ok: true, when: '2024-04-02T10:00:00Z', list: [1, { a: 'x' }] },
      { v: 12.5, ok: false, when: 1712052000 },
      { v: '7', ok: null, when: 1712052000000 },
      { v: 'x', when: '2024-04-02T10:00:00+99:00' },
      {},
    ]),
    ...events('poison', [
      { n: 1.7976931348623157e308, m: -1.7976931348623157e308, s: 'a'.repeat(3000), d: '2024-02-30' },
      { n: 1.7976931348623157e308, m: 1e-300, s: '1e999', d: '99999-01-01' },
      { n: 1e200, m: '1e400', s: '-', d: '2024-01-01T00:00:00+99:00' },
      { n: 5e-324, m: true, s: '', d: 1e300 },
      { n: 3, m: 2, s: 'ok', d: '2024-01-01' },
      { n: '٣', m: {}, s: [], d: '0000-01-01' },
    ]),
  ])
})

const query = (body: object) =>
  server.call('POST', `${project.path}query/`, { query: { kind: 'TrendsQuery', ...RANGE, ...body } })
const NONE = '$$_posthog_breakdown_null_$$'

async function values(breakdown: string, name = 'mixed'): Promise<Record<string, number>> {
  const breakdownFilter = { breakdown, breakdown_type: 'hogql' }
  const answer = await query({ series: [{ kind: 'EventsNode', event: name }], breakdownFilter })
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  return Object.fromEntries(
    answer.body.results.map((r: { breakdown_value: string; count: number }) => [
      r.breakdown_value === NONE ? 'none' : r.breakdown_value,
      r.count,
    ]),
  )
}

test.each<[string, Record<string, number>]>([
  ['toFloat(properties.v)', { '12.5': 2, '7': 1, none: 2 }],
  ['toString(toFloat(properties.v))', { '12.5': 2, '7': 1, none: 2 }],
  [`concat('p', toFloat(properties.v))`, { 'p12.5': 2, p7: 1, p: 2 }],
  ['toInt(properties.v)', { '7': 1, none: 4 }],
  ['toInt(toFloat(properties.v) * 2)', { '25': 2, '14': 1, none: 2 }],
  ['toBool(properties.ok)', { true: 1, false: 1, none: 3 }],
  ['properties.ok', { true: 1, false: 1, none: 3 }],
  ['toInt(properties.ok)', { '1': 1, '0': 1, none: 3 }],
  ['properties.v > 10', { '1': 2, '0': 3 }],
  ['toDateTime(properties.when)', { '2024-04-02 10:00:00.000000': 3, none: 2 }],
  ['toDate(toDateTime(properties.when))', { '2024-04-02': 3, none: 2 }],
  ['toStartOfMonth(timestamp)', { '2020-01-01': 5 }],
  ['toDate(timestamp) + 30', { '2020-01-31': 5 }],
  ['toHour(timestamp)', { '0': 1, '1': 1, '2': 1, '3': 1, '4': 1 }],
  ['toInt(timestamp) - toUnixTimestamp(toDate(timestamp))', { '0': 1, '3600': 1, '7200': 1, '10800': 1, '14400': 1 }],
  ['toInt(toDate(timestamp))', { '18262': 5 }],
  ['length(toString(person_id))', { '36': 5 }],
  ['$session_id', { none: 5 }],
  [`JSONExtractString(properties.list, 2, 'a')`, { x: 1, none: 4 }],
  ['1e21', { '1e21': 5 }],
  ['1e15 + 0.5', { '1000000000000000.5': 5 }],
  ['0.0000001', { '1e-7': 5 }],
])('the value of a cast, rather than the text it was made of: %s', async (expression, expected) => {
  expect(await values(expression)).toEqual(expected)
})

/** What is null for every event that has nothing. */
const NULLS = [
  'sqrt(properties.none)',
  'round(properties.none)',
  'round(2, properties.none)',
  'pow(properties.none, 2)',
  'pow(2, properties.none)',
  'properties.none + 1',
  '1 - properties.none',
  'properties.none * 0',
  '0 / properties.none',
  'properties.none % 2',
  '5 % properties.none',
  '-properties.none',
  'abs(properties.none)',
  'floor(properties.none)',
  'ceil(properties.none)',
  'toInt(properties.none)',
  'toFloat(properties.none)',
  'toBool(properties.none)',
  'toString(toFloat(properties.none))',
  'toDateTime(properties.none)',
  'toDate(properties.none)',
  'toYear(properties.none)',
  'addDays(toDateTime(properties.none), 1)',
  'addDays(timestamp, properties.none)',
  `dateDiff('day', toDateTime(properties.none), timestamp)`,
  `formatDateTime(toDateTime(properties.none), '%Y')`,
  'lower(properties.none)',
  'upper(properties.none)',
  'trim(properties.none)',
  'length(properties.none)',
  `replaceAll(properties.none, 'a', 'b')`,
  `replaceAll('a', 'a', properties.none)`,
  'substring(properties.none, 1, 1)',
  'left(properties.none, 1)',
  `position(properties.none, 'a')`,
  `match(properties.none, 'a')`,
  `startsWith(properties.none, 'a')`,
  `endsWith(properties.none, 'a')`,
  'empty(properties.none)',
  'notEmpty(properties.none)',
  'not toBool(properties.none)',
  'greatest(properties.none, properties.none)',
  'coalesce(properties.none, null)',
  `nullIf('a', 'a')`,
]
test.each(NULLS)('nothing stays nothing: %s', async (expression) => {
  expect(await values(`toString(isNull(${expression}))`)).toEqual({ '1': 5 })
})

test.each<[string, string]>([
  ['sqrt(-1)', 'nan'],
  ['pow(-8, 0.5)', 'nan'],
  ['1 / 0', 'inf'],
  ['-1 / 0', '-inf'],
  ['0 / 0 = 0 / 0', '0'],
  ['1 / 0 > 1000', '1'],
  ['greatest(properties.none, 3)', '3'],
  ['least(3, properties.none)', '3'],
  [`concat('a', properties.none)`, 'a'],
  ['properties.none not between 1 and 2', '0'],
  ['not (properties.none < 1)', '1'],
  [`properties.none !~ 'a'`, '1'],
  [`coalesce(toFloat(properties.none), 'nothing')`, 'nothing'],
  [`if(properties.none, 'yes', 'no')`, 'no'],
])('what is something although a part is nothing: %s', async (expression, expected) => {
  expect(await values(expression)).toEqual({ [expected]: 5 })
})

const total = async (math_hogql: string, name = 'mixed') => {
  const series = [{ kind: 'EventsNode', event: name, math: 'hogql', math_hogql }]
  const answer = await query({ series, trendsFilter: { display: 'BoldNumber' } })
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  return answer.body.results[0].aggregated_value
}

test.each<[string, number]>([
  ['sum(properties.ok)', 1],
  ['avg(properties.ok)', 0.5],
  ['sum(toFloat(properties.ok))', 1],
  ['countIf(properties.ok = 1)', 1],
  ['countIf(properties.ok = 0)', 1],
  [`countIf(properties.ok = 'true')`, 1],
  ['countIf(properties.ok = true)', 1],
  ['sum(if(properties.ok, 10, 1))', 14],
  ['avg(sqrt(properties.v * 2))', 0],
])('true is 1 and false is 0 where a number is read: %s', async (expression, expected) => {
  const found = await total(expression)
  if (expected) expect(found).toBe(expected)
  else expect(found).toBeCloseTo((5 + 5 + Math.sqrt(14)) / 3)
})

test('the math of a property that is true or false is of 1 and 0', async () => {
  const of = (math: string) => ({ kind: 'EventsNode', event: 'mixed', math, math_property: 'ok' })
  const answer = await query({ series: ['sum', 'avg', 'max'].map(of), trendsFilter: { display: 'BoldNumber' } })
  expect(answer.body.results.map((r: { aggregated_value: number }) => r.aggregated_value)).toEqual([1, 0.5, 1])
})

test('dates of properties may be seconds or milliseconds since 1970', async () => {
  const properties = (operator: string, value: string) => [{ type: 'event', key: 'when', operator, value }]
  const count = async (operator: string, value: string) => {
    const series = [{ kind: 'EventsNode', event: 'mixed', properties: properties(operator, value) }]
    return (await query({ series, trendsFilter: { display: 'BoldNumber' } })).body.results[0].aggregated_value
  }
  expect(await count('is_date_exact', '2024-04-02T10:00:00Z')).toBe(3)
  expect(await count('is_date_before', '2024-04-03')).toBe(3)
  expect(await count('is_date_after', '2024-04-02')).toBe(3)
  expect(await count('is_date_after', '2024-04-03')).toBe(0)
})

describe('data that cannot be held', () => {
  const EXPRESSIONS = [
    'properties.n + properties.m',
    'properties.n - properties.m',
    'properties.n * properties.n',
    'properties.n * properties.m',
    'properties.n / properties.m',
    'properties.n % properties.m',
    'pow(properties.n, properties.m)',
    'pow(10, properties.n)',
    'sqrt(properties.m)',
    'round(properties.n, properties.m)',
    'round(properties.n, properties.n)',
    'toInt(properties.n)',
    'toFloat(properties.s)',
    'toBool(properties.s)',
    'floor(properties.n)',
    'toDateTime(properties.d)',
    'toDateTime(toFloat(properties.n))',
    'toDate(properties.d)',
    'toStartOfWeek(toDateTime(properties.d))',
    'addDays(timestamp, properties.n)',
    'addDays(timestamp, properties.m)',
    'addMonths(timestamp, properties.n)',
    'subtractSeconds(timestamp, properties.n)',
    'addHours(toDateTime(properties.d), properties.n)',
    `dateDiff('second', toDateTime(properties.d), timestamp)`,
    `formatDateTime(toDateTime(properties.d), '%Y-%m-%d')`,
    'substring(properties.s, properties.n, properties.m)',
    'left(properties.s, properties.n)',
    `replaceAll(properties.s, '', 'x')`,
    `JSONExtractInt(properties.s, 'a')`,
    'timestamp + properties.n',
    'toString(properties.n)',
  ]

  test.each(EXPRESSIONS)('is nothing, and never an error: %s', async (expression) => {
    await values(expression, 'poison')
    for (const fn of ['sum', 'avg', 'median', 'max'])
      if (!/[dD]ate|addDays|addM|addH|subtractS|timestamp|left|substring|replaceAll|toBool/.test(expression))
        await total(`${fn}(${expression})`, 'poison')
  })

  test.each(['sum', 'avg', 'min', 'max', 'median', 'p99'])(
    'does not end the math %s, nor a breakdown or a histogram by it',
    async (math) => {
      for (const math_property of ['n', 'm', 's']) {
        const series = [{ kind: 'EventsNode', event: 'poison', math, math_property }]
        const breakdowns = [{ property: math_property, type: 'event', histogram_bin_count: 4 }]
        expect((await query({ series })).status).toBe(200)
        expect((await query({ series, breakdownFilter: { breakdown: 's' } })).status).toBe(200)
        expect((await query({ series, breakdownFilter: { breakdowns } })).status).toBe(200)
      }
    },
  )

  test('leaves what it does not concern: a sum too large is null, other numbers are what they are', async () => {
    const of = (name: string, math_hogql: string) => ({ kind: 'EventsNode', event: name, math: 'hogql', math_hogql })
    const series = [
      of('poison', 'sum(properties.n)'),
      of('poison', 'sumIf(properties.n, properties.n < 10)'),
      of('mixed', 'count()'),
    ]
    const answer = await query({ series, trendsFilter: { display: 'BoldNumber' } })
    expect(answer.body.results.map((r: { aggregated_value: number }) => r.aggregated_value)).toEqual([null, 3, 5])
  })

  test('is no date to a filter', async () => {
    for (const operator of ['is_date_before', 'is_date_after', 'is_date_exact', 'exact', 'gt']) {
      const properties = [{ type: 'event', key: 'd', operator, value: '2024-01-01' }]
      expect((await query({ series: [{ kind: 'EventsNode', event: 'poison', properties }] })).status).toBe(200)
    }
  })
})

describe('an expression within bounds', () => {
  const refused = async (math_hogql: string) => {
    const answer = await query({ series: [{ kind: 'EventsNode', event: 'mixed', math: 'hogql', math_hogql }] })
    return { status: answer.status, ...answer.body }
  }

  test('replacements that would fill the memory are nothing', async () => {
    const bomb = (depth: number): string => (depth ? `replace(${bomb(depth - 1)}, 'e', 'eeeeeeee')` : `'e'`)
    expect(await values(`length(${bomb(6)})`)).toEqual({ '262144': 5 })
    expect(await values(`length(${bomb(12)})`)).toEqual({ none: 5 })
    const joined = (depth: number): string => (depth ? `concat(${joined(depth - 1)}, ${joined(depth - 1)})` : bomb(6))
    expect(await values(`length(${joined(2)})`)).toEqual({ none: 5 })
  })

  test('a long sum is a 400 that names the place, one of 400 terms is computed', async () => {
    expect(await total(`count()${' + 1'.repeat(400)}`)).toBe(405)
    expect(await refused(`count()${'+1'.repeat(4_900)}`)).toMatchObject({ status: 400, code: 'hogql_syntax_error' })
    expect(await refused(`${'('.repeat(150)}count()${')'.repeat(150)}`)).toMatchObject({ status: 400 })
    expect(await refused(`sum(${'-'.repeat(5_000)}1)`)).not.toMatchObject({ status: 500 })
    expect(await refused(`sum(${'not '.repeat(2_000)} true)`)).not.toMatchObject({ status: 500 })
  })

  test('an expression that grows with each of its parts is refused rather than worked on', async () => {
    const grown = (depth: number): string => (depth ? `(${grown(depth - 1)} = properties.a)` : 'properties.b')
    expect(await refused(`countIf(${grown(60)})`)).toMatchObject({ status: 400, code: 'hogql_error' })
  })

  test('constants that cannot be are a 400 with their place', async () => {
    expect(await refused(`countIf(event = 'a\\0b')`)).toMatchObject({ status: 400, code: 'hogql_syntax_error' })
    expect((await refused(`countIf(event = 'a\\0b')`)).detail).toContain('at character 19')
    expect((await refused('sum(1e400)')).detail).toContain('at character 5')
    expect(await refused(`countIf(timestamp > toDateTime('2024-02-30'))`)).toMatchObject({ status: 400 })
  })
})
