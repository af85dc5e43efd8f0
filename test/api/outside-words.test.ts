/** Words that every JavaScript object has are unknown words like any other, in every field that has a list of its own. */
import { beforeAll, describe, expect, test } from 'vitest'
import { testServer } from '../support/server.ts'
import { event, makeProject } from '../support/world.ts'

const WORDS = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf']

const server = await testServer()
const project = await makeProject(server)
beforeAll(async () => {
  await project.send([event('view', 'a', '2024-03-01T10:00:00Z'), event('buy', 'a', '2024-03-01T11:00:00Z')])
})

const range = { dateRange: { date_from: '2024-03-01', date_to: '2024-03-02' } }
const trends = (more: object, series: object = {}) => ({
  kind: 'TrendsQuery',
  series: [{ kind: 'EventsNode', event: 'view', ...series }],
  ...range,
  ...more,
})
const funnel = (more: object, filter: object = {}) => ({
  kind: 'FunnelsQuery',
  series: ['view', 'buy'].map((name) => ({ kind: 'EventsNode', event: name })),
  funnelsFilter: filter,
  ...range,
  ...more,
})
/** Own keys alone: `{ __proto__: … }` would set the prototype. */
const keyed = (word: string, value: unknown): object => JSON.parse(`{"${word}":${JSON.stringify(value)}}`)
const filter = (more: object) => trends({ properties: [{ key: 'plan', value: 'x', ...more }] })

const QUERIES: readonly [string, (word: string) => object][] = [
  ['kind', (kind) => ({ kind })],
  ['kind with a source', (kind) => ({ kind, source: trends({}) })],
  ['kind of a source', (kind) => ({ kind: 'InsightVizNode', source: { kind } })],
  ['kind of a series', (kind) => trends({}, { kind })],
  ['math', (math) => trends({}, { math })],
  ['math_property_type', (type) => trends({}, { math: 'sum', math_property: 'x', math_property_type: type })],
  ['interval', (interval) => trends({ interval })],
  ['display', (display) => trends({ trendsFilter: { display } })],
  ['formula', (formula) => trends({ trendsFilter: { formula } })],
  ['compare_to', (to) => trends({ compareFilter: { compare: true, compare_to: to } })],
  ['date_from', (from) => trends({ dateRange: { date_from: from } })],
  ['date_to', (to) => trends({ dateRange: { date_to: to } })],
  ['operator', (operator) => filter({ operator })],
  ['type of a filter', (type) => filter({ type })],
  ['type of a group', (type) => trends({ properties: { type, values: [] } })],
  ['session property', (key) => filter({ type: 'session', key })],
  ['element property', (key) => filter({ type: 'element', key })],
  ['column', (key) => filter({ type: 'event_metadata', key })],
  ['cohort', (value) => filter({ type: 'cohort', key: 'id', value })],
  ['HogQL name', (key) => trends({ properties: [{ type: 'hogql', key: `${key} = 'x'` }] })],
  [
    'HogQL function',
    (key) => trends({ properties: [{ type: 'hogql', key: `${key === 'toString' ? 'valueOf' : key}(event) = 'x'` }] }),
  ],
  ['HogQL aggregate', (word) => trends({}, { math: 'hogql', math_hogql: `${word}(properties.x)` })],
  ['HogQL session property', (key) => trends({ properties: [{ type: 'hogql', key: `session.${key} = 'x'` }] })],
  ['HogQL unit', (word) => trends({ properties: [{ type: 'hogql', key: `dateTrunc('${word}', timestamp) = now()` }] })],
  ['breakdown type', (type) => trends({ breakdownFilter: { breakdown: 'x', breakdown_type: type } })],
  [
    'breakdown by a session property',
    (key) => trends({ breakdownFilter: { breakdown: key, breakdown_type: 'session' } }),
  ],
  ['breakdown by a column', (key) => trends({ breakdownFilter: { breakdown: key, breakdown_type: 'event_metadata' } })],
  ['breakdown by a cohort', (key) => trends({ breakdownFilter: { breakdown: [key], breakdown_type: 'cohort' } })],
  ['view', (word) => funnel({}, { funnelVizType: word })],
  ['order', (word) => funnel({}, { funnelOrderType: word })],
  ['window', (word) => funnel({}, { funnelWindowIntervalUnit: word })],
  ['attribution', (word) => funnel({}, { breakdownAttributionType: word })],
  ['bins', (word) => funnel({}, { binCount: word })],
  [
    'correlation',
    (word) => ({
      kind: 'FunnelCorrelationQuery',
      funnelCorrelationType: word,
      source: { kind: 'FunnelsActorsQuery', source: funnel({}) },
    }),
  ],
  ['actors source', (kind) => ({ kind: 'ActorsQuery', source: { kind, source: trends({}) } })],
  ['actors column', (word) => ({ kind: 'ActorsQuery', select: [word] })],
  ['actors order', (word) => ({ kind: 'ActorsQuery', orderBy: [word] })],
  ['key of the node', (word) => trends(keyed(word, 1))],
  ['key of a filter', (word) => filter(keyed(word, 1))],
  ['key of a display', (word) => trends({ trendsFilter: keyed(word, 1) })],
]

describe.each(QUERIES)('%s of a query', (_, query) => {
  test.each(WORDS)('%s is a 400', async (word) => {
    const calls = await server.counted(async () => {
      const answer = await server.call('POST', `${project.path}query/`, { query: query(word), refresh: 'blocking' })
      expect([answer.status, answer.body.type], JSON.stringify(answer.body)).toEqual([400, expect.any(String)])
    })
    expect(calls.postgres).toBeLessThanOrEqual(1)
  })
})

test.each(WORDS)('an insight of the kind %s is not stored', async (kind) => {
  for (const query of [{ kind }, { kind, source: trends({}) }, { kind: 'InsightVizNode', source: { kind } }]) {
    const answer = await server.call('POST', `${project.path}insights/`, { query })
    expect(answer.status, JSON.stringify(answer.body)).toBe(400)
  }
})

test.each(WORDS)('a funnel step with the math %s, which funnels do not have, counts as without', async (math) => {
  const series = ['view', 'buy'].map((name) => ({ kind: 'EventsNode', event: name, math }))
  const answer = await server.call('POST', `${project.path}query/`, { query: funnel({ series }), refresh: 'blocking' })
  expect(answer.body.results.map(({ count }: { count: number }) => count)).toEqual([1, 1])
  const without = await server.call('POST', `${project.path}query/`, { query: funnel({}), refresh: 'force_cache' })
  expect(without.body.cache_key).toBe(answer.body.cache_key)
})

const LEGACY: readonly [string, (word: unknown) => object][] = [
  ['type of a filter', (type) => ({ properties: [{ key: 'x', value: 'y', type }] })],
  ['operator', (operator) => ({ properties: [{ key: 'x', value: 'y', operator }] })],
  ['math', (math) => ({ events: [{ id: 'view', math }] })],
  ['interval', (interval) => ({ interval })],
  ['breakdown_type', (type) => ({ breakdown: 'x', breakdown_type: type })],
  ['funnel_viz_type', (word) => ({ insight: 'FUNNELS', funnel_viz_type: word })],
  ['funnel_order_type', (word) => ({ insight: 'FUNNELS', funnel_order_type: word })],
]

describe.each(LEGACY)('%s of legacy filters', (_, filters) => {
  test.each<{ word: unknown }>(
    [...WORDS, { toString: 1 }, { valueOf: null, toString: null }].map((word) => ({ word })),
  )('%j is a 400', async ({ word }) => {
    const body = { events: [{ id: 'view' }, { id: 'buy' }], ...filters(word) }
    const path = JSON.stringify(body).includes('FUNNELS') ? 'funnel' : 'trend'
    const stored = await server.call('POST', `${project.path}insights/`, { filters: body })
    expect([400, 201], JSON.stringify(stored.body)).toContain(stored.status)
    const answer = await server.call('POST', `${project.path}insights/${path}/`, body)
    expect(answer.status, JSON.stringify(answer.body)).toBe(400)
  })
})

test.each(WORDS)('%s in lists of insights and definitions is a 400, or as any unknown word', async (word) => {
  const get = async (path: string) => (await server.call('GET', `${project.path}${path}`)).status
  expect(await get(`insights/?order=${word}`)).toBe(400)
  expect(await get(`insights/?order=-${word}`)).toBe(400)
  expect(await get(`insights/?insight=${word}`)).toBe(400)
  expect(await get(`insights/?refresh=${word}`)).toBe(200)
  expect(await get(`property_definitions/?type=${word}`)).toBe(400)
})

test.each([...WORDS, { toString: 1 }])(
  'legacy filters of the kind %j are kept as any that cannot be read',
  async (insight) => {
    const stored = await server.call('POST', `${project.path}insights/`, {
      filters: { insight, events: [{ id: 'view' }] },
    })
    expect([400, 201], JSON.stringify(stored.body)).toContain(stored.status)
    if (stored.status === 400) return
    const read = await server.call('GET', `${project.path}insights/${stored.body.id}/`)
    expect([read.status, read.body.result]).toEqual([200, null])
  },
)
