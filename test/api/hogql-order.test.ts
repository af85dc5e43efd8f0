/** What rows are ordered and compared by: numbers that are none, ids of persons, rows that are the same (docs/hogql-values.md 1). */
import { beforeAll, expect, test } from 'vitest'
import { testServer } from '../support/server.ts'
import { event, makeProject } from '../support/world.ts'

const server = await testServer()
const project = await makeProject(server)
async function rows(query: string): Promise<unknown[][]> {
  const { status, body } = await server.call('POST', `${project.path}query/`, { query: { kind: 'HogQLQuery', query } })
  expect(status, JSON.stringify(body)).toBe(200)
  return body.results
}
const columnOf = async (query: string) => (await rows(query)).map(([first]) => first)

const PERSONS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
let texts: string[]
beforeAll(async () => {
  await project.send(PERSONS.map((name, n) => event('seen', name, `2020-01-0${n + 1}T10:00:00Z`)))
  texts = (await columnOf('select toString(person_id) as text from events')).map(String).sort()
})

const NUMBERS = '(select 0 / 0 as x union all select 1 union all select 2 union all select null union all select 1 / 0)'

test('NaN stands between numbers and nulls, in both directions', async () => {
  const ordered = (order: string, from = NUMBERS) =>
    columnOf(`select toString(x) as text from ${from} order by x ${order}`)
  for (const from of [NUMBERS, 'numbered']) {
    const source = from === NUMBERS ? NUMBERS : `(with numbered as ${NUMBERS} select x from numbered)`
    expect(await ordered('', source)).toEqual(['1', '2', 'inf', 'nan', null])
    expect(await ordered('desc', source)).toEqual(['inf', '2', '1', 'nan', null])
    expect(await ordered('nulls first', source)).toEqual([null, 'nan', '1', '2', 'inf'])
    expect(await ordered('desc nulls first', source)).toEqual([null, 'nan', 'inf', '2', '1'])
  }
  expect(await columnOf('select toString(number / number) from numbers(2) order by number / number desc')).toEqual([
    '1',
    'nan',
  ])
  expect(await columnOf(`select distinct toString(x) from ${NUMBERS} order by x desc limit 2`)).toEqual(['inf', '2'])
  expect(
    await rows(`select row_number() over (order by x desc), toString(x) from ${NUMBERS} order by 1 limit 4`),
  ).toEqual([
    [1, 'inf'],
    [2, '2'],
    [3, '1'],
    [4, 'nan'],
  ])
})

test('NaN of a query inside compares with nothing', async () => {
  const tests = ['x > 1', 'x < 1', 'x >= x', 'x = x', 'x != x', 'x between 0 and 2', 'x in (1, 2)', 'isNaN(x)']
  const asked = `select ${tests.join(', ')} from`
  const expected = [[0, 0, 0, 0, 1, 0, 0, 1]]
  expect(await rows(`${asked} (select 0 / 0 as x)`)).toEqual(expected)
  expect(await rows(`with t as (select y as x from (select sqrt(-1) as y)) ${asked} t`)).toEqual(expected)
  expect(await rows(`${asked} (select sum(y) as x from (select 0 / 0 as y))`)).toEqual(expected)
  expect(await rows(`${asked} (select (select 0 / 0) as x)`)).toEqual(expected)
  expect(await rows(`select min(x), max(x), argMax(toString(x), x) from ${NUMBERS} where x < 10 or isNaN(x)`)).toEqual([
    [1, 2, '2'],
  ])
})

test('persons are in the order of their texts', async () => {
  const reversed = texts.toReversed()
  expect(await columnOf('select person_id from events order by person_id')).toEqual(texts)
  expect(await columnOf('select person_id, count() from events group by person_id order by 1 desc')).toEqual(reversed)
  expect(await columnOf('select distinct person_id, count() from events group by 1 order by person_id')).toEqual(texts)
  expect(await columnOf('select id from persons order by id desc')).toEqual(reversed)
  expect(await columnOf('select p from (select person_id as p from events) order by p')).toEqual(texts)
  expect(await columnOf('select person.id from events order by person.id limit 1 by person_id')).toEqual(texts)
  expect(
    await columnOf('select toString(person_id) from events order by row_number() over (order by person_id)'),
  ).toEqual(texts)
  expect(await rows('select min(person_id), max(person_id) from events')).toEqual([[texts[0], texts.at(-1)]])
  expect(await rows('select argMin(person_id, person_id) from events')).toEqual([[texts[0]]])
})

test('persons are compared by their texts', async () => {
  const pairs = 'events as a cross join events as b'
  expect(
    await rows(
      `select count() from ${pairs} where (a.person_id < b.person_id) != (toString(a.person_id) < toString(b.person_id))`,
    ),
  ).toEqual([[0]])
  expect(
    await rows(
      `select count() from ${pairs} where greatest(a.person_id, b.person_id) != toString(least(a.person_id, b.person_id))`,
    ),
  ).toEqual([[texts.length ** 2 - texts.length]])
  expect(
    await rows(
      `select count() from ${pairs} where a.person_id <= b.person_id and greatest(a.person_id, b.person_id) = b.person_id`,
    ),
  ).toEqual([[(texts.length * (texts.length + 1)) / 2]])
})

test('rows that are the same stand where the first of them does', async () => {
  expect(await columnOf('select distinct number % 3 as k from numbers(9) order by number')).toEqual([0, 1, 2])
  expect(await columnOf('select distinct 2 - number as k from numbers(3) order by number')).toEqual([2, 1, 0])
  expect(
    await rows('select distinct number % 2 as k, count() as c from numbers(5) group by 1 order by c + 1, -k'),
  ).toEqual([
    [1, 2],
    [0, 3],
  ])
})

test('rows are limited by what windows say, and after the same ones have gone', async () => {
  const numbered = 'select number, row_number() over (order by number desc) as r from numbers(5)'
  expect(await rows(`${numbered} order by number limit 1 by r % 2`)).toEqual([
    [0, 5],
    [1, 4],
  ])
  expect(
    await columnOf('select number from numbers(4) order by row_number() over (order by -number) limit 1 by 1'),
  ).toEqual([3, 2, 1, 0])
  expect(
    await rows('select distinct number % 3 as k, 1 as one from numbers(9) order by k desc limit 2 by one'),
  ).toEqual([
    [2, 1],
    [1, 1],
  ])
})
