/** Which walks Postgres can compute from each step alone, and when it does. */
import { expect, test } from 'vitest'
import {
  plainSteps,
  type StrategyContext,
  walkStrategy,
  walksOfDays,
} from '../../../../lib/engines/postgres/strategy.ts'
import { funnelWalks } from '../../../../lib/logical/funnels/walks.ts'
import { parseQuery } from '../../../../lib/nodes/index.ts'
import { planFunnels } from '../../../../lib/plan/funnels.ts'
import type { WalkEntries, Walks } from '../../../../lib/tree/relation.ts'
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

function withEntries(more: Partial<WalkEntries>): Walks {
  const walks = funnel({ funnelVizType: 'trends' })
  return walks.entries ? { ...walks, entries: { ...walks.entries, ...more } } : walks
}
const by = (breakdown: unknown, breakdown_type: string) => ({ breakdownFilter: { breakdown, breakdown_type } })

test.each([
  ['steps', funnel()],
  ['strict steps', funnel({ funnelOrderType: 'strict' })],
  ['steps in any order', funnel({ funnelOrderType: 'unordered' })],
  [
    'a filter of any step in any order',
    funnel(
      { funnelOrderType: 'unordered' },
      { series: [event('a', { properties: [{ ...plan, type: 'event' }] }), event('b')] },
    ),
  ],
  ['trends', funnel({ funnelVizType: 'trends' })],
  ['times', funnel({ funnelVizType: 'time_to_convert' })],
  [
    'a filter of a later step',
    funnel({}, { series: [event('a'), event('b', { properties: [{ ...plan, type: 'event' }] })] }),
  ],
  ['a filter of persons', funnel({}, { properties: [{ ...plan, type: 'person' }] })],
  ['a property of persons', funnel({}, by('plan', 'person'))],
  ['cohorts', funnel({}, by([3], 'cohort'))],
  ['times of anything, which are not broken down', funnel({ funnelVizType: 'time_to_convert' }, by('plan', 'event'))],
])('%s can be told from each step alone', (_, walks) => {
  expect(plainSteps(walks)).toEqual(walks.steps.map((step) => step.event))
})

test.each([
  ['trends in any order', funnel({ funnelVizType: 'trends', funnelOrderType: 'unordered' })],
  ['strict trends', funnel({ funnelVizType: 'trends', funnelOrderType: 'strict' })],
  ['intervals that do not begin with the range', withEntries({ starts: ['2020-01-01T00:00:00.000Z'] })],
  ['a goal that is no step', withEntries({ goal: 3 })],
  ['a goal that is the first step', withEntries({ goal: 0 })],
  ['one step', { ...funnel(), steps: funnel().steps.slice(0, 1) }],
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
])('%s cannot be told from each step alone', (_, walks) => {
  expect(plainSteps(walks)).toBeNull()
})

const context = (counts: Readonly<Record<string, number>>, hasPersonBacklog = false): StrategyContext => ({
  eventCounts: new Map(Object.entries(counts)),
  hasPersonBacklog,
})

test('steps are taken alone where later events are less than a third', () => {
  const strategy = (of: StrategyContext) => walkStrategy(funnel(), of)
  expect(strategy(context({ a: 900, b: 300, c: 100 }))).toBe('steps')
  expect(strategy(context({ a: 800, b: 300, c: 100 }))).toBe('scan')
  expect(strategy(context({ a: 900 }))).toBe('steps')
  expect(strategy(context({}))).toBe('scan')
  const unordered = funnel({ funnelOrderType: 'unordered' })
  expect(walkStrategy(unordered, context({ a: 1, b: 300 }))).toBe('steps')
  expect(walkStrategy(unordered, context({ a: 1, b: 300 }, true))).toBe('scan')
  expect(strategy(context({ a: 900, b: 1 }, true))).toBe('scan')
})

test('ways are kept of days that can be looked at one by one', () => {
  const keeps = { ...context({ a: 900, b: 300, c: 100 }), keeps: true }
  const over = (from: string) =>
    walksOfDays({ ...funnel(), conversionsOnly: true, from, to: '2024-02-01T00:00:00Z' }, keeps)
  expect(over('2024-01-01T00:00:00Z')).not.toBeNull()
  expect(over('1990-01-01T00:00:00Z')).toBeNull()
})
