/** Names in texts of SQL that Postgres cannot have as they are, and of rows that are not there. */
import { expect, test } from 'vitest'
import { testServer } from '../support/server.ts'
import { event, makeProject } from '../support/world.ts'

const server = await testServer()
const project = await makeProject(server)
const ask = (query: string) => server.call('POST', `${project.path}query/`, { query: { kind: 'HogQLQuery', query } })
async function rows(query: string) {
  const { status, body } = await ask(query)
  expect(status, JSON.stringify(body)).toBe(200)
  return body.results
}

test('names may be long, empty, or there twice, and stay apart', async () => {
  const long = 'a'.repeat(70)
  expect(await rows(`select ${long}b, ${long}c from (select 1 as ${long}b, 2 as ${long}c) as t`)).toEqual([[1, 2]])
  const both = `(select 1 as x) as ${long}1 cross join (select 2 as x) as ${long}2`
  expect(await rows(`select ${long}2.x, ${long}1.x from ${both}`)).toEqual([[2, 1]])
  expect(await rows('select `` from (select 1 as ``) as t')).toEqual([[1]])
  expect((await rows('select 1, 1 union all select 2, 3')).sort()).toEqual([
    [1, 1],
    [2, 3],
  ])
  expect(await rows('select 1 as x, 2 as x, 3 as `row of group` limit 1 by 1')).toEqual([[1, 2, 3]])
  expect(await rows('select distinct number, number from numbers(2) order by 1')).toEqual([
    [0, 0],
    [1, 1],
  ])
  const { status, body } = await ask('with t as (select 1 as x, 2 as x) select x from t')
  expect([status, body.code, body.detail]).toEqual([
    400,
    'hogql_error',
    expect.stringContaining('The column x is there twice.'),
  ])
})

test('a session that a join does not find has no id', async () => {
  expect(
    await rows('select s.session_id from numbers(1) as n left any join sessions as s on n.number = s.$pageview_count'),
  ).toEqual([[null]])
  expect(
    await rows('select s.session_id from numbers(1) as n full join sessions as s on n.number = s.$pageview_count'),
  ).toEqual([[null]])
})

test('tables may be called as the database calls something of its own', async () => {
  await project.send([
    event('seen', 'a', '2020-01-01T10:00:00Z', { properties: { $session_id: 's', $groups: { team: 'x' } } }),
    event('seen', 'b', '2020-01-02T10:00:00Z'),
  ])
  const names = ['persons', 'distinct_ids', 'dictionary', 'groups', 'cohort_people', 'e', 't', 'b', 'each', 'element']
  for (const name of names) {
    const fields = ['event', 'distinct_id', '$session_id', 'person_id', '$group_0', 'person.id'].map(
      (each) => `${name}.${each}`,
    )
    const asked = (text: string) => rows(text.replaceAll('events', `events as ${name}`))
    expect(await asked(`select ${fields.join(', ')} from events order by ${name}.timestamp`), name).toEqual(
      await rows(
        'select event, distinct_id, $session_id, person_id, $group_0, person.id from events order by timestamp',
      ),
    )
    expect(
      await asked(
        `select indexOf(['b', 'a'], ${name}.distinct_id), has(['a'], ${name}.distinct_id), ${name}.distinct_id in ['a'] from events order by 1`,
      ),
      name,
    ).toEqual([
      [1, 0, 0],
      [2, 1, 1],
    ])
    const same = `arrayExists(x -> x = ${name}.event, ${name}.elements_chain_texts)`
    expect(await asked(`select ${same} from events limit 1`), name).toEqual([[0]])
  }
  expect(await rows('select arrayFold((acc, x) -> acc + fold.number, [1], 0) from numbers(2) as fold')).toEqual([
    [0],
    [1],
  ])
})

test('the texts of persons that are chosen of several', async () => {
  const ids = (await rows('select toString(id) from persons order by id')) as string[][]
  expect(await rows('select if(is_identified, id, id) from persons order by id')).toEqual(ids)
  expect(ids.flat()).toContain((await rows('select any(id) from persons'))[0]?.[0])
  const lagged = await rows(
    'select lag(person_id) over (order by person_id) as before, person_id from events order by 2',
  )
  expect(lagged).toEqual([
    [null, ids[0]?.[0]],
    [ids[0]?.[0], ids[1]?.[0]],
  ])
})
