/** What no query can be: each is a 400 that says where (docs/hogql.md 2). */
import { beforeAll, expect, test } from 'vitest'
import { testServer } from '../support/server.ts'
import { event, makeProject } from '../support/world.ts'

const server = await testServer()
const project = await makeProject(server)
const ask = (query: string) => server.call('POST', `${project.path}query/`, { query: { kind: 'HogQLQuery', query } })
beforeAll(() => project.send([event('seen', 'a', '2020-01-01T10:00:00Z', { properties: { $session_id: 's' } })]))

/** A text whose `«` is where the error is said to be. */
const REFUSED: readonly (readonly [string, string])[] = [
  ['select rank() over (order by «sum(number) over ()) from numbers(3)', 'inside of another'],
  ['select rank() over (partition by «rank() over ()) from numbers(3)', 'inside of another'],
  ['select sum(1) over (order by «rank() over () rows unbounded preceding) from numbers(3)', 'inside of another'],
  ['select 1 from numbers(3) group by «rank() over ()', 'grouped by a window'],
  ['select 1 from numbers(3) having rank() over () «= 1', 'in HAVING'],
  ['select 1 from numbers(3) where «rank() over () = 1', 'cannot be used here'],
  ['select arrayJoin(«[rank() over ()]) from numbers(3)', 'over a window function'],
  ['select 1 from numbers(2) as a full join numbers(2) as b on a.number «< b.number', 'a value of each side'],
  ['select 1 from numbers(2) as a full join numbers(2) as b on a.number «= 1', 'a value of each side'],
  ['select distinct number from numbers(3) order by number limit 1 by number «% 2', 'limited by their columns'],
  ['select distinct count() from events group by event order by «max(timestamp)', 'ordered by their columns'],
  ['select 1 where 1 «in [[1]]', 'compared with its like'],
]

test.each(REFUSED)('%s', async (marked, detail) => {
  const { status, body } = await ask(marked.replace('«', ''))
  expect([status, body.code, body.detail]).toEqual([
    400,
    'hogql_error',
    expect.stringMatching(new RegExp(`${detail}.* \\(at character ${marked.indexOf('«') + 1}\\)$`)),
  ])
})

/** What only nearly cannot be. */
const TAKEN: readonly (readonly [string, readonly (readonly unknown[])[]])[] = [
  ['select lag(distinct_id) over (order by timestamp) from events', [[null]]],
  ['select toString(lag(person_id) over (order by timestamp)) from events', [[null]]],
  ['select null in (null, [1]), null in (toDate(now()), properties) from persons', [[1, 0]]],
  ['select if(1 = 1, null, properties) from persons', [[null]]],
  ["select lagInFrame(['a'], 1) over () from numbers(1)", [[[]]]],
  ['select isFinite(number), isNaN(number), isInfinite(number) from numbers(1)', [[1, 0, 0]]],
  ['select count() from events where session.$entry_current_url < now()', [[0]]],
  [
    'select s.session_id, count() from persons as p left join sessions as s on p.is_identified group by s.session_id',
    [[null, 1]],
  ],
  [
    'select k.key, count() from persons as p left any join groups as k on p.id = k.key group by p.id, k.key',
    [[null, 1]],
  ],
  ["select ['a', 'b'] from numbers(1) union all select null from numbers(0)", [[['a', 'b']]]],
  ["select 1 array join arrayMap(x -> (['a', 'b'])[1], range(2)) as item", [[1], [1]]],
  ['select event from events union all select number from numbers(0)', [['seen']]],
  ['select distinct properties.x from events order by now() union distinct select number from numbers(0)', [[null]]],
]
test.each(TAKEN)('%s', async (query, expected) => {
  const { status, body } = await ask(query)
  expect([status, body.results], JSON.stringify(body)).toEqual([200, expected])
})
