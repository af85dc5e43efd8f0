/** An event without a session or a group has '' as its id, a value like others (docs/hogql-values.md 1). */
import { beforeAll, expect, test } from 'vitest'
import { testServer } from '../support/server.ts'
import { event, makeProject } from '../support/world.ts'

const server = await testServer()
const project = await makeProject(server)
const SESSIONS = [1, 2].map((n) => `01890000-0000-7000-8000-00000000000${n}`)
const [first, second] = SESSIONS

beforeAll(async () => {
  await project.send([
    event('$groupidentify', 'a', '2020-01-01T00:00:00Z', {
      properties: { $group_type: 'organization', $group_key: 'acme', $group_set: { size: 1 } },
    }),
    event('seen', 'a', '2020-01-01T10:00:00Z', {
      properties: { $session_id: first, $groups: { organization: 'acme' } },
    }),
    event('seen', 'a', '2020-01-01T11:00:00Z', { properties: { $session_id: second } }),
    event('seen', 'b', '2020-01-01T12:00:00Z', {}),
    event('seen', 'c', '2020-01-02T12:00:00Z', {}),
  ])
})

const rows = async (query: string) => {
  const { status, body } = await server.call('POST', `${project.path}query/`, { query: { kind: 'HogQLQuery', query } })
  expect(status, JSON.stringify(body)).toBe(200)
  return body.results
}

test.each([
  ['uniq($session_id)', 3],
  ['count(distinct $session_id)', 3],
  ["count(distinct nullIf($session_id, ''))", 2],
  ['uniq($group_0)', 2],
  ['uniq($group_0, event)', 2],
  ['count($group_0)', 4],
  ['length(groupUniqArray($group_0))', 2],
  ['groupUniqArray($group_3)', ['']],
  ['groupUniqArray(group_0.key)', ['', 'acme']],
  ['min($session_id)', ''],
  ['max($group_0)', 'acme'],
  ['argMax($session_id, timestamp)', ''],
  ['topK(1)($session_id)', ['']],
  ["countIf($session_id = '')", 2],
  ["countIf($session_id != 'x')", 4],
  ["countIf($group_0 not in ('acme'))", 3],
  ['countIf($session_id is null)', 0],
  ['countIf($group_0 is not null)', 4],
  ['countIf($session_id = null)', 0],
  ['countIf($session_id = events.$session_id)', 4],
  ['countIf($session_id != events.$session_id)', 0],
  ['countIf($session_id = $group_0)', 2],
  ['countIf($session_id in (select $session_id from events))', 4],
  ["countIf($session_id in (select $session_id from events where $session_id != ''))", 2],
  ['countIf($session_id in (select session_id from sessions))', 2],
  ['countIf($session_id not in (select session_id from sessions))', 2],
])('%s is %j', async (text, value) => {
  expect(await rows(`select ${text} from events where event = 'seen'`)).toEqual([[value]])
})

test.each([
  [
    'select $session_id, count() from events where event = {e} group by $session_id order by 1',
    [
      ['', 2],
      [first, 1],
      [second, 1],
    ],
  ],
  ['select distinct $group_0 from events where event = {e} order by $group_0', [[''], ['acme']]],
  ['select count() from {s} as a join {s} as b on a.s = b.s', [[6]]],
  ['select count() from {s} as a join {s} as b using s', [[6]]],
  ['select count() from {s} as a left join sessions as b on a.s = b.session_id', [[4]]],
  ['select count() from {s} as a join sessions as b on a.s = b.session_id', [[2]]],
  ["select count() from {s} as a join {s} as b on a.s = b.s where a.s != ''", [[2]]],
  ['select count() from {p} as a join {p} as b on a.s = b.s', [[2]]],
  [
    'select countIf(s is null), uniq(s) from (select $session_id as s from events union all select session_id as s from sessions)',
    [[0, 3]],
  ],
  [
    'select lag($session_id) over (order by timestamp) from events where event = {e} order by timestamp',
    [[null], [first], [second], ['']],
  ],
  [
    'select lag(distinct_id) over w = any(distinct_id) over w, first_value(person_id) over w = person_id from events where event = {e} window w as (order by timestamp) order by timestamp limit 2',
    [
      [0, 1],
      [1, 1],
    ],
  ],
  [
    'select count(distinct lag) from (select lag(person_id) over (order by timestamp) as lag from events where event = {e})',
    [[2]],
  ],
])('%s', async (text, expected) => {
  const query = text
    .replaceAll('{s}', "(select $session_id as s from events where event = 'seen')")
    .replaceAll('{p}', "(select $session_id as s from events where event = 'seen' and $session_id != '')")
    .replaceAll('{e}', "'seen'")
  expect(await rows(query)).toEqual(expected)
})

test('unique sessions of an insight count no session as one, in its expressions too', async () => {
  const { body } = await server.call('POST', `${project.path}query/`, {
    query: {
      kind: 'TrendsQuery',
      dateRange: { date_from: '2020-01-01', date_to: '2020-01-02' },
      series: [
        { kind: 'EventsNode', event: 'seen', math: 'unique_session' },
        { kind: 'EventsNode', event: 'seen', math: 'unique_group', math_group_type_index: 0 },
        { kind: 'EventsNode', event: 'seen', math: 'hogql', math_hogql: 'count(distinct $session_id)' },
      ],
    },
  })
  expect(body.results.map(({ data }: { data: number[] }) => data)).toEqual([
    [3, 1],
    [1, 0],
    [3, 1],
  ])
})
