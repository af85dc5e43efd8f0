/** Which walks Postgres can compute by probes, and when it does. */
import { expect, test } from 'vitest'
import { probedEvents, type StrategyContext, walkStrategy } from '../../../../lib/engines/postgres/strategy.ts'
import { funnelWalks } from '../../../../lib/logical/funnels/walks.ts'
import { parseQuery } from '../../../../lib/nodes/index.ts'
import { planFunnels } from '../../../../lib/plan/funnels.ts'
import type { Walks } from '../../../../lib/tree/relation.ts'
import { CONTEXT, PROJECT } from '../../../golden/world.ts'

const NOW = new Date('2024-04-10T00:00:00Z')
const event = (name: string | null, more: object = {}) => ({ kind: 'EventsNode', event: name, ...more })
const plan = { key: 'plan', operator: 'exact', value: ['pro'] }

function funnel(funnelsFilter: object = {}, more: object = {}): Walks {
  const node = parseQuery({
    kind: 'FunnelsQuery',
    series: ['a', 'b', 'c'].map((name) => event(name)),
    funnelsFilter,
    ...more,
  })
  if (node.kind !== 'FunnelsQuery') throw new Error('no funnel')
  const [common] = funnelWalks(planFunnels(node, { project: PROJECT, context: CONTEXT, now: NOW }))
  if (common?.query.from.kind !== 'walks') throw new Error('no walks')
  return common.query.from
}
const by = (breakdown: unknown, breakdown_type: string) => ({ breakdownFilter: { breakdown, breakdown_type } })

test.each([
  ['steps', funnel()],
  ['times', funnel({ funnelVizType: 'time_to_convert' })],
  [
    'a filter of a later step',
    funnel({}, { series: [event('a'), event('b', { properties: [{ ...plan, type: 'event' }] })] }),
  ],
  ['a filter of persons', funnel({}, { properties: [{ ...plan, type: 'person' }] })],
  ['a property of persons', funnel({}, by('plan', 'person'))],
  ['cohorts', funnel({}, by([3], 'cohort'))],
  ['times of anything, which are not broken down', funnel({ funnelVizType: 'time_to_convert' }, by('plan', 'event'))],
])('probes can answer %s', (_, walks) => {
  expect(probedEvents(walks)).toEqual(walks.steps.map((step) => step.event))
})

test.each([
  ['strict steps', funnel({ funnelOrderType: 'strict' })],
  ['steps in any order', funnel({ funnelOrderType: 'unordered' })],
  ['trends', funnel({ funnelVizType: 'trends' })],
  ['an event that is two steps', funnel({}, { series: [event('a'), event('a')] })],
  ['any event', funnel({}, { series: [event('a'), event(null)] })],
  ['actions', funnel({}, { series: [event('a'), { kind: 'ActionsNode', id: 5 }] })],
  [
    'a filter of the first step',
    funnel({}, { series: [event('a', { properties: [{ ...plan, type: 'event' }] }), event('b')] }),
  ],
  ['first times', funnel({}, { series: [event('a'), event('b', { math: 'first_time_for_user' })] })],
  ['optional steps', funnel({}, { series: [event('a'), event('b', { optionalInFunnel: true }), event('c')] })],
  ['exclusions', funnel({ exclusions: [{ ...event('x'), funnelFromStep: 0, funnelToStep: 1 }] })],
  ['groups', funnel({}, { aggregation_group_type_index: 0 })],
  ['expressions', funnel({ funnelAggregateByHogQL: 'properties.plan' })],
  ['a filter of events', funnel({}, { properties: [{ ...plan, type: 'event' }] })],
  ['a property of events', funnel({}, by('plan', 'event'))],
  ['values of a step', funnel({ breakdownAttributionType: 'step' }, by('plan', 'person'))],
])('probes cannot answer %s', (_, walks) => {
  expect(probedEvents(walks)).toBeNull()
})

const context = (counts: Readonly<Record<string, number>>, hasPersonBacklog = false): StrategyContext => ({
  eventCounts: new Map(Object.entries(counts)),
  hasPersonBacklog,
})

test('probes are chosen where later events are less than a third', () => {
  const strategy = (of: StrategyContext) => walkStrategy(funnel(), of)
  expect(strategy(context({ a: 900, b: 300, c: 100 }))).toBe('probes')
  expect(strategy(context({ a: 800, b: 300, c: 100 }))).toBe('scan')
  expect(strategy(context({ a: 900 }))).toBe('probes')
  expect(strategy(context({}))).toBe('scan')
  expect(strategy(context({ a: 900, b: 1 }, true))).toBe('scan')
})
