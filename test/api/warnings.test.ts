/** Names of events and properties that nobody ever sent are told beside the numbers that they made nothing of. */
import { beforeAll, expect, test } from 'vitest'
import { testServer } from '../support/server.ts'
import { event, makeProject, type TestProject } from '../support/world.ts'

const server = await testServer()
let project: TestProject

beforeAll(async () => {
  project = await makeProject(server)
  await project.send([
    event('$pageview', 'a', '2020-01-01T10:00:00Z', { properties: { plan: 'pro', $browser: 'Firefox' } }),
    event('$set', 'a', '2020-01-01T10:00:00Z', { properties: { $set: { email: 'a@x.test' } } }),
  ])
  const other = await makeProject(server)
  await other.send([event('$page_view', 'a', '2020-01-01T10:00:00Z', { properties: { plann: 1 } })])
})

const RANGE = { dateRange: { date_from: '2020-01-01', date_to: '2020-01-02' } }
const property = (key: string, type = 'event') => ({ key, type, value: 'x', operator: 'exact' })
const trend = (name: string | null, properties: object[] = []) => ({
  kind: 'TrendsQuery',
  series: [{ kind: 'EventsNode', event: name, properties }],
  ...RANGE,
})
const ask = async (query: object, refresh = 'blocking') =>
  (await server.call('POST', `${project.path}query/`, { query, refresh })).body

test.each<[string, object, string[] | undefined]>([
  ['an event', trend('$page_view'), ['The event "$page_view" was never seen. Did you mean "$pageview"?']],
  ['an event like no other', trend('subscription cancelled'), ['The event "subscription cancelled" was never seen.']],
  ['what is there', trend('$pageview', [property('plan'), property('email', 'person')]), undefined],
  ['any event', trend(null), undefined],
  [
    'a property',
    trend('$pageview', [property('plann')]),
    ['The event property "plann" was never seen. Did you mean "plan"?'],
  ],
  [
    'a property of persons',
    trend('$pageview', [property('emial', 'person')]),
    ['The person property "emial" was never seen. Did you mean "email"?'],
  ],
  [
    'a breakdown',
    { ...trend('$pageview'), breakdownFilter: { breakdown: '$browsr', breakdown_type: 'event' } },
    ['The event property "$browsr" was never seen. Did you mean "$browser"?'],
  ],
  [
    'an expression',
    trend('$pageview', [{ type: 'hogql', key: 'properties.plann = 1' }]),
    ['The event property "plann" was never seen. Did you mean "plan"?'],
  ],
  [
    'steps of a funnel',
    {
      kind: 'FunnelsQuery',
      series: [
        { kind: 'EventsNode', event: '$pageview' },
        { kind: 'EventsNode', event: '$pageviev' },
      ],
      ...RANGE,
    },
    ['The event "$pageviev" was never seen. Did you mean "$pageview"?'],
  ],
  [
    'SQL',
    {
      kind: 'HogQLQuery',
      query:
        "select count() from events where event = '$page_view' and properties.plann = 'x' and person.properties.email = 'x'",
    },
    [
      'The event "$page_view" was never seen. Did you mean "$pageview"?',
      'The property "plann" was never seen. Did you mean "plan"?',
    ],
  ],
  [
    'a table of events',
    { kind: 'EventsQuery', select: ['event'], event: 'paid', after: '2020-01-01' },
    ['The event "paid" was never seen.'],
  ],
])('%s', async (_, query, warnings) => {
  const answer = await ask(query)
  expect(answer.results).toBeDefined()
  expect(answer.warnings).toEqual(warnings)
  // it is kept with the result
  expect((await ask(query)).warnings).toEqual(warnings)
})

test('they are few and short', async () => {
  const keys = Array.from({ length: 60 }, (_, i) => property(`${'long '.repeat(15)}${i}`))
  const { warnings } = await ask(trend('$pageview', keys))
  expect(warnings).toHaveLength(10)
  for (const warning of warnings) expect(warning.length).toBeLessThan(200)
})

test('an insight has them for keys, not for links; a cached read costs no call', async () => {
  const query = { kind: 'InsightVizNode', source: trend('$page_view') }
  const { body: insight } = await server.call('POST', `${project.path}insights/?refresh=blocking`, { query })
  const warnings = ['The event "$page_view" was never seen. Did you mean "$pageview"?']
  expect(insight.warnings).toEqual(warnings)
  const path = `${project.path}insights/${insight.id}/`
  const read = () => server.call('GET', path)
  await read()
  expect(await server.counted(async () => expect((await read()).body.warnings).toEqual(warnings))).toMatchObject({
    postgres: 0,
    redis: 1,
  })
  const { body: shared } = await server.call('PATCH', `${path}sharing/`, { enabled: true })
  for (const url of [`/shared/${shared.access_token}.json`, `${path}?sharing_access_token=${shared.access_token}`]) {
    const text = await (await fetch(server.url + url)).text()
    expect(text).not.toContain('never seen')
    expect(text).toContain('"result')
  }
})

test('they go when the name is seen, whatever was kept', async () => {
  const query = trend('late', [property('lately')])
  expect((await ask(query)).warnings).toHaveLength(2)
  // outside of the range: no number moves
  await project.send([event('late', 'a', '2019-01-01T10:00:00Z', { properties: { lately: 'x' } })])
  const answer = await ask(query, 'force_blocking')
  expect(answer.results).toMatchObject([{ count: 0 }])
  expect(answer.warnings).toBeUndefined()
})

test('a computation asks the database as often as without them', async () => {
  for (const query of [trend('$pageview'), trend('$page_view')]) {
    await ask(query, 'force_blocking')
    // what plans need is kept
    expect(await server.counted(() => ask(query, 'force_blocking'))).toMatchObject({ postgres: 1 })
  }
})
