/** A query is bounded before it is worked on: what is beyond is a 400 that says what, whatever form it comes in. */
import { beforeAll, describe, expect, test } from 'vitest'
import { testServer } from '../support/server.ts'
import { event, makeProject } from '../support/world.ts'

const server = await testServer()
const project = await makeProject(server)
beforeAll(async () => {
  await project.send([event('view', 'a', '2024-03-01T10:00:00Z', { properties: { plan: 'p7' } })])
})

const SERIES = { kind: 'EventsNode', event: 'view' }
const range = { dateRange: { date_from: '2024-03-01', date_to: '2024-03-01' } }
const trends = (more: object, series: object = {}) => ({
  kind: 'TrendsQuery',
  series: [{ ...SERIES, ...series }],
  ...range,
  ...more,
})
const ask = (query: object) => server.call('POST', `${project.path}query/`, { query, refresh: 'force_blocking' })
const times = <T>(count: number, item: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => item(i))
const plan = (value: unknown) => ({ key: 'plan', type: 'event', operator: 'exact', value })
const nested = (depth: number): object =>
  times(depth, () => 0).reduce<object>((inner) => ({ type: 'AND', values: [inner] }), {
    type: 'AND',
    values: [plan('p7')],
  })
const wrapped = (depth: number): object =>
  times(depth, () => 0).reduce<object>((source) => ({ kind: 'DataTableNode', source }), trends({}))
const long = (length: number) => 'x'.repeat(length)

describe.each<[string, object, object | null]>([
  ['groups in groups', trends({ properties: nested(2_000) }), trends({ properties: nested(20) })],
  ['wrappers in wrappers', wrapped(2_000), wrapped(20)],
  [
    'filters',
    trends({ properties: times(501, (i) => plan(`p${i}`)) }),
    trends({ properties: { type: 'OR', values: times(500, (i) => plan(`p${i}`)) } }),
  ],
  [
    'filters of all series and groups together',
    trends(
      { properties: { type: 'OR', values: times(300, () => plan('p7')) } },
      { properties: times(201, () => plan('p7')) },
    ),
    null,
  ],
  [
    'values of a filter',
    trends({ properties: [plan(times(10_001, (i) => `p${i}`))] }),
    trends({ properties: [plan(times(10_000, (i) => `p${i}`))] }),
  ],
  ['characters of a value', trends({ properties: [plan(long(10_001))] }), null],
  ['characters of a key', trends({ properties: [{ ...plan('x'), key: long(401) }] }), null],
  ['characters of an event', trends({}, { event: long(401) }), null],
  ['characters of a name', trends({}, { custom_name: long(401) }), trends({}, { custom_name: long(400) })],
  ['characters of a property', trends({}, { math: 'sum', math_property: long(401) }), null],
  ['characters of an expression', trends({}, { math: 'hogql', math_hogql: long(10_001) }), null],
  ['series', { ...trends({}), series: times(27, () => SERIES) }, { ...trends({}), series: times(26, () => SERIES) }],
  ['breakdowns', trends({ breakdownFilter: { breakdown: times(101, (i) => i), breakdown_type: 'cohort' } }), null],
  ['cohorts', trends({ breakdownFilter: { breakdown: times(26, (i) => i + 1), breakdown_type: 'cohort' } }), null],
  [
    'formulas',
    trends({ trendsFilter: { formulas: times(101, () => 'A') } }),
    trends({ trendsFilter: { formulas: times(100, () => 'A') } }),
  ],
  [
    'characters of a formula',
    trends({ trendsFilter: { formula: `A${'+A'.repeat(500)}` } }),
    trends({ trendsFilter: { formula: `A${'*A'.repeat(499)}` } }),
  ],
  [
    'parentheses',
    trends({ trendsFilter: { formula: `${'('.repeat(200)}A${')'.repeat(200)}` } }),
    trends({ trendsFilter: { formula: `${'('.repeat(50)}A${')'.repeat(50)}` } }),
  ],
  ['signs', trends({ trendsFilter: { formula: `${'-'.repeat(500)}A` } }), null],
  ['powers', trends({ trendsFilter: { formula: `A${'**A'.repeat(300)}` } }), null],
  ['a multiplier', trends({}, { math: 'sum', math_property: 'x', math_multiplier: 1e300 }), null],
  ['the id of an action', { ...trends({}), series: [{ kind: 'ActionsNode', id: 3e9 }] }, null],
])('%s', (_, beyond, within) => {
  test('beyond the bound are a 400, computed or stored', async () => {
    const { status, body } = await ask(beyond)
    expect(
      [status, ['parse_error', 'invalid_input', 'too_deep', 'argument_out_of_bound'].includes(body.code)],
      JSON.stringify(body),
    ).toEqual([400, true])
    const stored = await server.call('POST', `${project.path}insights/`, { query: beyond })
    expect([400, 201]).toContain(stored.status)
  })

  test.skipIf(!within)('within it compute', async () => {
    const { status, body } = await ask(within ?? {})
    expect(status, JSON.stringify(body).slice(0, 500)).toBe(200)
    expect(body.results[0].data).toEqual([1])
  })
})

test.each([
  ['a list in lists', { properties: `${'['.repeat(5_000)}${']'.repeat(5_000)}` }],
  ['events in lists', { events: `${'['.repeat(5_000)}${']'.repeat(5_000)}` }],
  ['groups in groups', { properties: JSON.stringify(nested(2_000)) }],
  ['filters', { properties: times(501, (i) => plan(`p${i}`)) }],
])('legacy filters with %s beyond the bound are a 400', async (_, filters) => {
  const body = { events: [{ id: 'view' }], ...filters }
  expect((await server.call('POST', `${project.path}insights/trend/`, body)).status).toBe(400)
})

test('numbers are compared with columns as numbers, and with elements and times not at all', async () => {
  const of = (type: string, key: string, operator: string) =>
    ask(trends({ properties: [{ type, key, operator, value: [1, 2] }] }))
  const data = async (...args: Parameters<typeof of>) => (await of(...args)).body.results?.[0].data
  expect(await data('event_metadata', 'event', 'not_between')).toEqual([1])
  expect(await data('event_metadata', 'distinct_id', 'not_between')).toEqual([1])
  expect(await data('event_metadata', 'distinct_id', 'between')).toEqual([0])
  expect(await data('event', 'plan', 'not_between')).toEqual([1])
  expect(await data('person', 'plan', 'not_between')).toEqual([1])
  expect(await data('group', 'plan', 'not_between')).toEqual([1])
  for (const operator of ['between', 'not_between']) {
    expect((await of('event_metadata', 'timestamp', operator)).status).toBe(400)
    expect((await of('element', 'text', operator)).status).toBe(400)
  }
})

test('dates that the database does not have are a 400 that names them, in queries and in lists', async () => {
  const dates = (date_from: string, date_to?: string) => ask(trends({ dateRange: { date_from, date_to } }))
  for (const [from, to, attr] of [
    ['9999-12-30', '9999-12-31', 'date_from'],
    ['2024-03-01', '9999-12-31', 'date_to'],
    ['0001-01-01', undefined, 'date_from'],
    ['-99999999999d', undefined, 'date_from'],
  ] as const) {
    const { status, body } = await dates(from, to)
    expect([status, body.attr], JSON.stringify(body)).toEqual([400, attr])
  }
  for (const name of ['date_from', 'date_to', 'last_viewed_date_from', 'last_viewed_date_to'])
    for (const date of ['0001-01-01', '9999-12-31', '-99999999999d', '10000-01-01']) {
      const { status, body } = await server.call('GET', `${project.path}insights/?${name}=${date}`)
      expect([status, body.attr], `${name}=${date} ${JSON.stringify(body)}`).toEqual([400, name])
    }
})

test.each(['steps', 'trends', 'time_to_convert'])(
  'steps of a range that a funnel does not have are a 400 in the view %s',
  async (funnelVizType) => {
    const funnel = (filter: object) =>
      ask({
        kind: 'FunnelsQuery',
        series: [SERIES, SERIES, SERIES],
        ...range,
        funnelsFilter: { funnelVizType, ...filter },
      })
    for (const [filter, word] of [
      [{ funnelFromStep: 2 }, '"From step" is out of bounds'],
      [{ funnelFromStep: -1 }, '"From step" is out of bounds'],
      [{ funnelToStep: 3 }, '"To step" is out of bounds'],
      [{ funnelToStep: 0 }, '"To step" is out of bounds'],
      [{ funnelFromStep: 1, funnelToStep: 1 }, '"To step" should be greater than "from step"'],
    ] as const) {
      const { status, body } = await funnel(filter)
      expect([status, body.detail], JSON.stringify(filter)).toEqual([400, expect.stringContaining(word)])
    }
    expect((await funnel({ funnelFromStep: 1, funnelToStep: 2 })).status).toBe(200)
  },
)
