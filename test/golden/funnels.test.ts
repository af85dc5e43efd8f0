/** What each dialect prints of funnels, and that Postgres runs it. `vitest -u` writes the files anew; read the difference. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Statement } from '../../lib/core/statement.ts'
import { parseQuery } from '../../lib/nodes/index.ts'
import type { Database } from '../../local/neon/database.ts'
import { openPglite } from '../../local/neon/pglite.ts'
import { migratedPglite } from '../support/image.ts'
import { ENGINE_CONTEXT, printed, statements } from './world.ts'

const event = (name: string, more: object = {}) => ({ kind: 'EventsNode', event: name, ...more })
const filter = (key: string, operator: string, value: unknown, type = 'event') => ({ key, operator, value, type })

const funnel = (funnelsFilter: object = {}, more: object = {}) => ({
  kind: 'FunnelsQuery',
  series: ['seen', 'tried', 'paid'].map((name) => event(name)),
  dateRange: { date_from: '2024-03-30', date_to: '2024-04-01' },
  funnelsFilter,
  ...more,
})
const by = (breakdown: unknown, breakdown_type = 'event', more: object = {}) => ({
  breakdownFilter: { breakdown, breakdown_type, ...more },
})
const pointOf = (source: object, more: object = {}) => ({ kind: 'FunnelsActorsQuery', source, ...more })
const people = (source: object) => ({ kind: 'ActorsQuery', select: ['id'], source })
const correlation = (funnelCorrelationType: string, more: object = {}) => ({
  kind: 'FunnelCorrelationQuery',
  source: pointOf(funnel(), { funnelStep: 1 }),
  funnelCorrelationType,
  ...more,
})
const exclusion = { ...event('left'), funnelFromStep: 0, funnelToStep: 1 }

const CASES: Readonly<Record<string, object>> = {
  steps: funnel(),
  'by-a-person-property': funnel({}, by('country', 'person')),
  'by-cohorts': funnel({}, by([3, 'all'], 'cohort')),
  'of-persons': funnel({}, { properties: [filter('age', 'gte', 18, 'person')], filterTestAccounts: true }),
  times: funnel({ funnelVizType: 'time_to_convert', funnelFromStep: 1 }),
  'people-who-dropped': people(pointOf(funnel(), { funnelStep: -2 })),
  // from here on there is one strategy
  'of-entities': funnel(
    {},
    {
      series: [
        event('seen', { properties: [filter('plan', 'exact', ['pro'])] }),
        { kind: 'ActionsNode', id: 5, math: 'first_time_for_user' },
        event('tried', { optionalInFunnel: true }),
        event('paid', { math: 'first_time_for_user_with_filters' }),
      ],
    },
  ),
  strict: funnel({ funnelOrderType: 'strict', funnelWindowInterval: 5, funnelWindowIntervalUnit: 'minute' }),
  unordered: funnel({ funnelOrderType: 'unordered' }),
  exclusions: funnel({ exclusions: [exclusion] }),
  'first-touch': funnel({}, by('plan')),
  'last-touch-of-lists': funnel({ breakdownAttributionType: 'last_touch' }, by(['plan', '$browser'])),
  'all-events': funnel({ breakdownAttributionType: 'all_events' }, by('plan', 'event', { breakdown_limit: 2 })),
  'by-step': funnel({ breakdownAttributionType: 'step', breakdownAttributionValue: 1 }, by('plan')),
  'by-group': funnel({}, by('tier', 'group', { breakdown_group_type_index: 0 })),
  'of-groups': funnel({}, { aggregation_group_type_index: 1 }),
  'of-texts': funnel({ funnelAggregateByHogQL: 'properties.$session_id' }),
  trends: funnel({ funnelVizType: 'trends' }),
  'trends-with-exclusions': funnel({ funnelVizType: 'trends', exclusions: [exclusion] }, by('plan')),
  'trends-unordered': funnel({ funnelVizType: 'trends', funnelOrderType: 'unordered' }, { interval: 'week' }),
  'trends-by-cohorts': funnel({ funnelVizType: 'trends' }, by([3, 'all'], 'cohort')),
  'times-in-bins': funnel({ funnelVizType: 'time_to_convert', funnelOrderType: 'strict', binCount: 5 }),
  'correlation-events': correlation('events', { funnelCorrelationExcludeEventNames: ['$pageview'] }),
  'correlation-event-properties': correlation('event_with_properties', {
    funnelCorrelationEventNames: ['clicked', '$autocapture'],
    funnelCorrelationEventExcludePropertyNames: ['$time'],
  }),
  'correlation-properties': correlation('properties', { funnelCorrelationNames: ['plan', 'age'] }),
  'correlation-all-properties': correlation('properties', { funnelCorrelationNames: ['$all'] }),
  'people-of-a-day': people(
    pointOf(funnel({ funnelVizType: 'trends' }), {
      funnelTrendsEntrancePeriodStart: '2024-03-31 00:00:00',
      funnelTrendsDropOff: true,
    }),
  ),
  'people-of-the-rest': people(
    pointOf(funnel({}, by('plan', 'event', { breakdown_limit: 2 })), { funnelStep: 2, funnelStepBreakdown: ['Other'] }),
  ),
}

let database: Database
let remove: () => Promise<void>

beforeAll(async () => {
  const migrated = await migratedPglite()
  remove = migrated.remove
  database = await openPglite(migrated.folder)
}, 60_000)
afterAll(async () => {
  await database.close()
  await remove()
})

async function execute(list: readonly Statement[]) {
  const queries = list.map(({ text, params }) => ({
    query: text,
    params: params.map((param) => param?.toString() ?? null),
  }))
  const outcome = await database.run({ queries, isolation: null, readOnly: false })
  if ('error' in outcome) throw new Error(outcome.error.message)
  return outcome.results.map(({ fields, rows }) =>
    rows.map((row) => Object.fromEntries(fields.map(({ name }, index) => [name, row[index]]))),
  )
}

/** Of the first step there are many events, or of all alike. */
const FEW_LATER = {
  ...ENGINE_CONTEXT,
  eventCounts: new Map([
    ['seen', 900],
    ['tried', 90],
    ['paid', 10],
  ]),
}

test.each(Object.entries(CASES))('%s', async (name, source) => {
  const node = parseQuery(source)
  const scan = printed(node)
  await expect(scan.join('\n')).toMatchFileSnapshot(`./funnels/${name}.sql`)
  await execute(statements(node))
  const probes = printed(node, FEW_LATER)
  if (probes.join() === scan.join()) return
  await expect(probes.join('\n')).toMatchFileSnapshot(`./funnels/${name}-probes.sql`)
  await execute(statements(node, FEW_LATER))
})
