/** Each link of an answer lists exactly the people whom its number counts, also when the clock has gone on. */
import { beforeAll, expect, test } from 'vitest'
import { testServer } from '../support/server.ts'
import { event, makeProject } from '../support/world.ts'

const HOUR_MS = 3_600_000
const server = await testServer()
const project = await makeProject(server, { timezone: 'America/New_York' })

/** The start of this hour, some hours ago. */
const ago = (hours: number) =>
  new Date(Math.floor(Date.now() / HOUR_MS) * HOUR_MS - hours * HOUR_MS + 60_000).toISOString()

beforeAll(async () => {
  const groups = { $groups: { company: 'edge' } }
  const seen = (id: string, hours: number, plan: string, more: object = {}) =>
    event('seen', id, ago(hours), { properties: { plan, ...more } })
  await project.send([
    event('$groupidentify', 'x', ago(60), { properties: { $group_type: 'company', $group_key: 'edge' } }),
    ...[50, 30, 29, 28, 5, 4].map((hours) => seen('a', hours, 'pro', groups)),
    ...[29, 27, 5, 3].map((hours) => seen('b', hours, hours > 10 ? 'pro' : 'it "is" 5%')),
    ...[6, 2].map((hours) => seen('c', hours, 'free')),
    event('paid', 'a', ago(4), { properties: { plan: 'pro' } }),
  ])
})

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
type Item = any
type Links = readonly (readonly [string | null, number])[]

const urls = (item: Item): string[] => item.persons_urls.map(({ url }: { url: string }) => url)
const ofSeries = (items: readonly Item[]): Links =>
  items.flatMap((item) => urls(item).map((url, index) => [url, Math.abs(item.data[index])] as const))
const ofRows = (rows: readonly Item[]): Links => rows.map(({ people_url, values }) => [people_url, values[0].count])
const ofEdges = (edges: readonly Item[]): Links => edges.map(({ people_url, value }) => [people_url, value])

const events = [{ id: 'seen', order: 0 }]
const entities = { target_entity: { id: 'seen', type: 'events' }, returning_entity: { id: 'seen', type: 'events' } }

type Row = [string, string, object, (result: readonly Item[]) => Links, number]
const ROWS: Row[] = [
  ['retention by the hour', 'retention', { ...entities, period: 'Hour', total_intervals: 8 }, ofRows, 8],
  [
    'retention with a breakdown',
    'retention',
    { ...entities, period: 'Day', total_intervals: 4, breakdown: 'plan', breakdown_type: 'event' },
    ofRows,
    12,
  ],
  ['retention of groups', 'retention', { ...entities, total_intervals: 4, aggregation_group_type_index: 0 }, ofRows, 4],
  [
    'stickiness, compared',
    'trend',
    { insight: 'STICKINESS', events, interval: 'day', date_from: '-1d', compare: true },
    ofSeries,
    4,
  ],
  [
    'stickiness of groups',
    'trend',
    {
      insight: 'STICKINESS',
      events: [{ id: 'seen', math: 'unique_group', math_group_type_index: 0 }],
      date_from: '-2d',
    },
    ofSeries,
    3,
  ],
  [
    'stickiness of the second series',
    'trend',
    { insight: 'STICKINESS', events: [...events, { id: 'paid', order: 1 }], date_from: '-2d' },
    ofSeries,
    6,
  ],
  ['a lifecycle by the day', 'trend', { insight: 'LIFECYCLE', events, date_from: '-2d' }, ofSeries, 12],
  [
    'a lifecycle by the hour',
    'trend',
    { insight: 'LIFECYCLE', events, interval: 'hour', date_from: '-6h' },
    ofSeries,
    28,
  ],
  ['paths', 'path', { date_from: '-2d', include_event_types: ['custom_event'] }, ofEdges, 1],
]

test.each(ROWS)('%s', async (_, endpoint, filters, linksOf, count) => {
  server.ahead = 0
  const answer = await server.call('POST', `${project.path}insights/${endpoint}/`, filters)
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  const links = linksOf(answer.body.result)
  expect(links.length).toBe(count)
  expect(links.some(([, counted]) => counted > 0)).toBe(true)
  server.ahead = 26 * HOUR_MS
  for (const [url, counted] of links) {
    const listed = await server.call('GET', url ?? '')
    expect([url, listed.body.results?.length], JSON.stringify(listed.body)).toEqual([url, counted])
  }
})

test('a number that is not there is a 400 that names the parameter', async () => {
  server.ahead = 0
  const { body } = await server.call('POST', `${project.path}insights/retention/`, { ...entities, period: 'Week' })
  const [row] = body.result
  const ask = (parameters: string) => server.call('GET', row.people_url.replace('row=0', parameters))
  for (const [parameters, attr] of [
    ['row=999', 'row'],
    ['row=x', 'row'],
    ['row=0&breakdown=x', 'breakdown'],
  ] as const)
    expect(await ask(parameters)).toMatchObject({ status: 400, body: { attr } })
})
