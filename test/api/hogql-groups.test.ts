/** Groups of texts that events hold as numbers are those of the texts. */
import { beforeAll, describe, expect, test } from 'vitest'
import { testServer } from '../support/server.ts'
import { event, makeProject } from '../support/world.ts'

const server = await testServer()
const project = await makeProject(server)

async function rows(query: string): Promise<unknown[][]> {
  const body = { query: { kind: 'HogQLQuery', query }, refresh: 'force_blocking' }
  const answer = await server.call('POST', `${project.path}query/`, body)
  expect(answer.body.results, `${query} ${JSON.stringify(answer.body)}`).toBeDefined()
  return answer.body.results
}

const BROWSERS = ['Chrome', 'chrome', '', 'É', '_', null, undefined]
beforeAll(() =>
  project.send(
    Array.from({ length: 60 }, (_, n) =>
      event(
        ['seen', 'Seen', 'paid'][n % 3] as string,
        `p${n % 5}`,
        `2020-01-01T10:${String(n % 60).padStart(2, '0')}:00Z`,
        {
          properties: {
            $browser: BROWSERS[n % 7],
            $pathname: n % 4 ? `/${n % 4}` : undefined,
            price: n,
            ...(n < 5 && n % 2 ? { $set: { plan: `plan${n % 4}` } } : {}),
            ...(n % 3 ? { $session_id: `s${n % 2}` } : {}),
            ...(n % 5 ? { $groups: { team: `t${n % 3}` } } : {}),
          },
        },
      ),
    ),
  ),
)

/** What events hold as numbers, and the same text as one that nobody holds. */
const KEYS: readonly (readonly [string, string])[] = [
  ['event', "concat(event, '')"],
  ['properties.$browser', "if(properties.$browser is null, null, concat(properties.$browser, ''))"],
  ['distinct_id', "concat(distinct_id, '')"],
  ['person_id', 'toString(person_id)'],
  ['$session_id', "concat($session_id, '')"],
  ['$group_0', "concat($group_0, '')"],
  ['person.properties.plan', "if(person.properties.plan is null, null, concat(person.properties.plan, ''))"],
]
const QUERIES: readonly ((key: string) => string)[] = [
  (key) =>
    `select ${key} as k, count() as n, sum(toFloat(properties.price)) as total from events group by k order by n desc, k`,
  (key) =>
    `select ${key} as k, properties.$pathname as path, count() as n from events group by k, path order by path, k desc limit 20 offset 2`,
  (key) => `select lower(toString(${key})) as l, count() as n from events group by ${key} having n > 3 order by n, l`,
  (key) =>
    `select event as e, argMin(${key}, timestamp) as first, argMax(${key}, timestamp) as last from events group by e order by e`,
  (key) =>
    `select ${key} as k, count() as n, uniq(person_id) as people, count(properties.$browser) as b, min(timestamp) as first, max(event) as last,
       countIf(event = 'seen') as seen from events where event != 'paid' group by k order by k`,
  (key) => `select distinct ${key} as k from events order by k`,
  (key) => `select distinct ${key} as k, event as e from events order by e, k`,
  (key) => `select count(distinct ${key}) as a, uniq(${key}) as b, uniqIf(${key}, event = 'seen') as c from events`,
  (key) => `select event as e, uniq(${key}) as n from events group by e order by e`,
  (key) =>
    `select ${key} as k, count() as n, row_number() over (order by count() desc, ${key}) as place from events group by ${key} order by place`,
  (key) => `select if(${key} = 'seen', 'yes', 'no') as k, count() as n from events group by ${key} order by k, n`,
  (key) => `select k, n from (select ${key} as k, count() as n from events group by k) where n > 5 order by k`,
  (key) =>
    `with x as (select ${key} as k, count() as n from events group by k) select count(), sum(n), countIf(toString(k) = 's1') from x`,
]

test.each(KEYS)('%s', async (key, text) => {
  // persons are in the order of their numbers, which no text says
  const inOrder = (of: unknown[][]) => (key === 'person_id' ? of.map((row) => JSON.stringify(row)).toSorted() : of)
  const isAsked = (query: string) =>
    !(key === 'person_id' && /offset|place/.test(query)) && !(key.startsWith('$') && /uniq|argMin/.test(query))
  for (const query of QUERIES.filter((each) => isAsked(each(key))))
    expect(inOrder(await rows(query(key))), query(key)).toEqual(inOrder(await rows(query(text))))
})

test('persons and events by their uuid', async () => {
  const [[person, uuid] = []] = await rows('select person_id, uuid from events order by timestamp limit 1')
  const [[count] = []] = await rows(`select count() from events where distinct_id = 'p0'`)
  expect(await rows(`select count() from events where person_id = '${person}'`)).toEqual([[count]])
  expect(await rows(`select count() from events where person_id != '${person}'`)).toEqual([[60 - Number(count)]])
  expect(await rows(`select count() from events where person_id in ('${person}', 'no uuid')`)).toEqual([[count]])
  expect(await rows(`select count() from events where person_id = 'no uuid' or uuid = 'none'`)).toEqual([[0]])
  expect(await rows(`select count() from events where uuid = '${uuid}'`)).toEqual([[1]])
  expect(await rows(`select count() from events where uuid in ('${uuid}', 'none') and uuid != 'none'`)).toEqual([[1]])
})

describe('units of time, read one after the other', () => {
  // clocks change on 29 March and 25 October 2020
  const zoned = makeProject(server, { timezone: 'Europe/Berlin' })
  const sent = zoned.then(({ send }) =>
    send(
      Array.from({ length: 400 }, (_, n) =>
        event(
          n % 3 ? 'seen' : 'paid',
          `p${n % 7}`,
          new Date(Date.UTC(2020, 2, 20) + n * 13.37 * 3_600_000).toISOString(),
          {
            properties: { $browser: ['a', 'b', undefined][n % 3] },
          },
        ),
      ),
    ),
  )
  const all = async (query: string) => {
    const body = { query: { kind: 'HogQLQuery', query }, refresh: 'force_blocking' }
    const answer = await server.call('POST', `${(await zoned).path}query/`, body)
    expect(answer.body.results, `${query} ${JSON.stringify(answer.body)}`).toBeDefined()
    return answer.body.results
  }
  const RANGES = [
    "timestamp >= '2020-03-25 05:10:11' and timestamp < '2020-04-20'",
    "timestamp > '2020-10-20' and timestamp <= '2020-10-27 12:00:00'",
    "timestamp >= '2020-03-28'",
    "timestamp >= toStartOfMonth(toDateTime('2020-06-10')) - interval 2 month and timestamp < toDateTime('2020-05-10') + interval 3 week",
    'timestamp >= now() - interval 900 week',
  ]
  const UNITS = [
    'toStartOfHour',
    'toStartOfDay',
    'toStartOfWeek',
    'toMonday',
    'toStartOfMonth',
    'toStartOfQuarter',
    'toStartOfYear',
  ]
  test.each(RANGES)('%s', async (range) => {
    await sent
    for (const unit of UNITS)
      for (const name of ["event = 'seen'", "event in ('seen', 'paid', 'none')"]) {
        const query = (of: string) =>
          `select ${unit}(timestamp) as unit, properties.$browser as b, count() as n, uniq(person_id) as people, max(timestamp) as last
             from events where ${of} and ${range} group by unit, b order by unit, b limit 1000`
        const few = (of: string) =>
          `select ${unit}(timestamp) as unit, count() as n from events where ${of} and ${range} group by unit order by unit limit 1000`
        for (const of of [query, few])
          expect(await all(of(name)), of(name)).toEqual(
            await all(of(`concat(${name.replace(/ .*/, '')}, '')${name.replace(/^event/, '')}`)),
          )
      }
  })
})
