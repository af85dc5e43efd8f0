/** Aggregates and functions over windows, as ClickHouse has them. */
import { describe, expect, test } from 'vitest'
import { testServer } from '../support/server.ts'
import { event, makeProject } from '../support/world.ts'

const server = await testServer()
const project = await makeProject(server)
await project.send([
  event('view', 'ann', '2020-01-01T10:00:00Z', { properties: { plan: 'pro', price: 3, $session_id: 's1' } }),
  event('view', 'ann', '2020-01-01T10:01:00Z', { properties: { plan: 'free', $session_id: 's1' } }),
  event('pay', 'ann', '2020-01-01T10:02:00Z', { properties: { plan: 'pro', price: 5 } }),
  event('view', 'bob', '2020-01-01T10:03:00Z', { properties: { price: 2 } }),
])

const ask = (query: string) => server.call('POST', `${project.path}query/`, { query: { kind: 'HogQLQuery', query } })
async function rows(query: string): Promise<unknown[][]> {
  const { status, body } = await ask(query)
  expect(status, `${query} ${JSON.stringify(body)}`).toBe(200)
  return body.results
}
async function values(expressions: readonly string[], from: string): Promise<unknown[]> {
  const [row = []] = await rows(`select ${expressions.map((text, i) => `${text} as v${i}`).join(', ')} from ${from}`)
  return row
}

type Values = readonly (readonly [string, unknown])[]
/** Over 0 to 9. */
const NUMBERS: Readonly<Record<string, Values>> = {
  'values of the rows': [
    ['count()', 10],
    ['countIf(number > 6)', 3],
    ['sum(number > 6)', 3],
    ['avg(number)', 4.5],
    ['uniq(number % 3, number % 2)', 6],
    ['count(distinct number % 3)', 3],
    ['any(number + 5)', 5],
    ['anyLast(number)', 9],
    ['argMin(toString(number), -number)', '9'],
    ['argMax(number, 1)', 0],
    ['max(toString(number > 8))', '1'],
    ['min((number % 2, -number))', [0, -8]],
  ],
  'places of values': [
    ['median(number)', 4.5],
    ['quantile(0.9)(number)', 8.1],
    ['quantiles(0, 0.5, 1)(number)', [0, 4.5, 9]],
    ['quantileIf(0.5)(number, number > 4)', 7],
    ['medianExact(number)', 5],
    ['medianExactLow(number)', 4],
    ['quantileExact(1)(number)', 9],
  ],
  'arrays of values': [
    ['groupArray(3)(number)', [0, 1, 2]],
    ['groupArrayIf(number, number > 7)', [8, 9]],
    ['arraySort(groupUniqArray(number % 3))', [0, 1, 2]],
    ['topK(2)(number % 3)', [0, 1]],
    [`string_agg(toString(number % 2), '')`, '0101010101'],
    [`groupConcat('-')(intDiv(number, 5))`, '0-0-0-0-0-1-1-1-1-1'],
    ['length(groupArray([number]))', 10],
  ],
  'parts of names': [
    ['sumArray([number, 1])', 55],
    ['groupUniqArrayArray([number % 2])', [0, 1]],
    ['maxArrayIf([number], number < 4)', 3],
    ['sumForEach([number, 1])', [45, 10]],
    [`sumMap(map('a', number))`, { a: 45 }],
    ['sumMap([number % 2], [number])', [[1], [25]].map((part, i) => (i === 0 ? [0, 1] : [20, ...part]))],
    ['sumArgMin(number, number % 3)', 18],
    ['sumDistinct(number % 3)', 3],
    ['avg(distinct number % 3)', 1],
    ['countDistinctIf(number % 3, number > 0)', 3],
  ],
  'of no rows': [
    ['countIf(number > 100)', 0],
    ['sumIf(number, number > 100)', 0],
    ['sumOrNullIf(number, number > 100)', null],
    ['avgIf(number, number > 100)', null],
    ['avgOrDefaultIf(number, number > 100)', 0],
    ['groupArrayIf(number, number > 100)', []],
    ['sumIf(toInt(toString(number)), number > 100)', null],
  ],
  measures: [
    ['varPop(number)', 8.25],
    ['round(stddevSamp(number), 4)', 3.0277],
    ['corr(number, -number)', -1],
    ['covarSamp(number, 2 * number)', 18.333333333333332],
    ['kurtPop(number)', 1.7757575757575756],
    ['simpleLinearRegression(number, 2 * number + 1)', [2, 1]],
    ['groupBitXor(number)', 1],
    ['avgWeighted(number, number)', 6.333333333333333],
  ],
  'ways through steps': [
    ['windowFunnel(3)(number, number = 1, number = 3, number = 9)', 2],
    ['windowFunnel(10)(number, number = 1, number = 3, number = 9)', 3],
    ['retention(number = 1, number = 3, number = 99)', [1, 1, 0]],
  ],
  'inside of lambdas': [
    ['arrayMap(x -> x + 1, groupArray(1))', Array(10).fill(2)],
    ['arrayFilter(x -> x > avg(number) + 3, groupArray(number))', [8, 9]],
    [`arrayReduce('sum', groupArray(number))`, 45],
  ],
}
describe('over numbers', () => {
  test.each(Object.entries(NUMBERS))('%s', async (_, expected) => {
    const texts = expected.map(([text]) => text)
    const found = await values(texts, 'numbers(10)')
    expect(Object.fromEntries(texts.map((text, i) => [text, found[i]]))).toEqual(Object.fromEntries(expected))
  })
})

test('results that are kept are aggregated later', async () => {
  const inner =
    'select sumState(number) as s, uniqState(number % 3) as u, countState() as c, avgState(number) as a, ' +
    'argMaxState(toString(number), number) as m from numbers(10) group by number % 2'
  expect(
    await rows(`select sumMerge(s), uniqMerge(u), countMerge(c), avgMerge(a), argMaxMerge(m) from (${inner})`),
  ).toEqual([[45, 3, 10, 4.5, '9']])
})

test('a group has the rows of a query in its order', async () => {
  const query = (order: string) =>
    `select number % 2 as k, groupArray(n) as g, any(n) as a, anyLast(n) as l, uniq(n) as u from
      (select number, number as n from numbers(9) order by n ${order}) group by k order by k`
  expect(await rows(query('desc'))).toEqual([
    [0, [8, 6, 4, 2, 0], 8, 0, 5],
    [1, [7, 5, 3, 1], 7, 1, 4],
  ])
  expect(await rows(query('asc'))).toEqual([
    [0, [0, 2, 4, 6, 8], 0, 8, 5],
    [1, [1, 3, 5, 7], 1, 7, 4],
  ])
})

test('of events: null does not count, an empty text does', async () => {
  expect(
    await values(
      [
        'count()',
        'count(properties.plan)',
        'uniq(properties.plan)',
        'arraySort(groupUniqArray(properties.plan))',
        'argMax(properties.plan, timestamp)',
        'uniq(person_id)',
        'uniq($session_id)',
        'length(groupUniqArray(person_id))',
        'arraySort(groupUniqArray($session_id))',
        'max($session_id)',
        'sum(toFloat(properties.price))',
        'uniq(person_id, event)',
        'groupArray(toDate(timestamp))[1]',
      ],
      'events',
    ),
  ).toEqual([4, 3, 2, ['free', 'pro'], 'pro', 2, 2, 2, ['', 's1'], 's1', 10, 3, '2020-01-01'])
})

describe('windows', () => {
  const over = async (...calls: readonly string[]) =>
    rows(`select ${calls.map((call, i) => `${call} as v${i}`).join(', ')} from numbers(4) order by number`)

  test('places of rows', async () => {
    expect(
      await over(
        'row_number() over (order by number desc)',
        'rank() over (order by number % 2)',
        'dense_rank() over (order by number % 2)',
        'ntile(2) over (order by number)',
        'percent_rank() over (order by number)',
      ),
    ).toEqual([
      [4, 1, 1, 1, 0],
      [3, 3, 2, 1, 0.3333333333333333],
      [2, 1, 1, 2, 0.6666666666666666],
      [1, 3, 2, 2, 1],
    ])
  })

  test('rows before and after: in the frame, or in the whole partition', async () => {
    expect(
      await over(
        'lagInFrame(number) over (order by number)',
        'leadInFrame(number) over (order by number)',
        `leadInFrame(toString(number), 1, 'none') over (order by number rows between current row and 1 following)`,
        'lag(number) over (order by number)',
        'lead(number, 2, -1) over (order by number)',
        'nth_value(number, 2) over (order by number)',
        'last_value(number) over (order by number)',
        'first_value(nullIf(number, 0)) over (order by number)',
      ),
    ).toEqual([
      [0, 0, '1', null, 2, 0, 0, null],
      [0, 0, '2', 0, 3, 1, 1, 1],
      [1, 0, '3', 1, -1, 1, 2, 1],
      [2, 0, 'none', 2, -1, 1, 3, 1],
    ])
  })

  test('aggregates over frames', async () => {
    expect(
      await over(
        'sum(number) over (order by number rows between 1 preceding and 1 following)',
        'avg(number) over (order by number range between 1 preceding and current row)',
        'groupArray(number) over (order by number)',
        'uniq(number % 2) over (order by number)',
        'argMax(number, number % 2) over (order by number)',
        'quantile(0.5)(number) over ()',
        'sumIf(number, number > 1) over (order by number)',
        'arrayMap(x -> x * 2, groupArray(number) over (order by number))',
      ),
    ).toEqual([
      [1, 0, [0], 1, 0, 1.5, 0, [0]],
      [3, 0.5, [0, 1], 2, 1, 1.5, 0, [0, 2]],
      [6, 1.5, [0, 1, 2], 2, 1, 1.5, 2, [0, 2, 4]],
      [5, 2.5, [0, 1, 2, 3], 2, 1, 1.5, 5, [0, 2, 4, 6]],
    ])
  })

  test('over groups', async () => {
    const query = `select number % 3 as k, count() as c, sum(count()) over () as t, rank() over (order by c desc) as r
      from numbers(7) group by k order by k`
    expect(await rows(query)).toEqual([
      [0, 3, 7, 1],
      [1, 2, 7, 2],
      [2, 2, 7, 2],
    ])
  })
})

test.each([
  ['select count(1, 2, 3, 4) from events', "Aggregation 'count' requires between 0 and 1 arguments, found 4"],
  ['select quantile(number) from numbers(1)', "Aggregation 'quantile' requires 1 parameter"],
  ['select quantile(2)(number) from numbers(1)', 'from 0 to 1'],
  ['select avg(avg(number)) from numbers(1)', "Aggregation 'avg' cannot be nested inside another aggregation 'avg'."],
  ['select count() as c, sum(c) from numbers(1)', 'nested'],
  ['select sum(row_number() over ()) from numbers(1)', 'cannot be used here'],
  ['select sum(sum(number) over ()) over () from numbers(1)', 'inside of another'],
  ['select number from numbers(1) where count() > 1', 'cannot be used here'],
  ['select number from numbers(1) where row_number() over () = 1', 'cannot be used here'],
  ['select lower(number) over () from numbers(1)', "Unsupported window function 'lower(...)'"],
  ['select sum(number) over (rows between 1 following and current row) from numbers(1)', 'ends before it starts'],
  ['select sum(number) over (range between 1 preceding and current row) from numbers(1)', 'one ORDER BY'],
  ['select sumArray(number) from numbers(1)', 'This is no array'],
  ['select length(groupArray(number)) from numbers(200000)', 'more than 100,000 elements'],
])('refused: %s', async (query, detail) => {
  const { status, body } = await ask(query)
  expect(status, JSON.stringify(body)).toBe(400)
  expect(body.detail).toContain(detail)
})
