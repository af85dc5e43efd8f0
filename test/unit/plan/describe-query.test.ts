import { expect, test } from 'vitest'
import { parseQuery } from '../../../lib/nodes/index.ts'
import { describeQuery } from '../../../lib/plan/describe-query.ts'
import { checkExpressions } from '../../../lib/plan/references.ts'
import { PROJECT } from '../../golden/world.ts'

const NOW = new Date('2024-03-15T12:00:00Z')
const UNREADABLE = 'concat('

const trends = (more: object) =>
  parseQuery({ kind: 'TrendsQuery', series: [{ kind: 'EventsNode', event: 'paid' }], ...more })
const NODES = {
  filter: trends({ properties: [{ type: 'hogql', key: UNREADABLE }] }),
  breakdown: trends({ breakdownFilter: { breakdown: UNREADABLE, breakdown_type: 'hogql' } }),
  math: trends({ series: [{ kind: 'EventsNode', event: 'paid', math: 'hogql', math_hogql: UNREADABLE }] }),
  actor: parseQuery({
    kind: 'FunnelsQuery',
    series: ['a', 'b'].map((event) => ({ kind: 'EventsNode', event })),
    funnelsFilter: { funnelAggregateByHogQL: UNREADABLE },
  }),
  listing: parseQuery({ kind: 'ActorsQuery', select: [UNREADABLE] }),
}

test.each(Object.entries(NODES))('a read from the cache parses no expression of a %s', (_, node) => {
  expect(() => describeQuery(PROJECT, node, NOW)).not.toThrow()
  expect(() => checkExpressions(node, PROJECT)).toThrow(expect.objectContaining({ status: 400 }))
})

test('the range of a query, and none that starts with an event which is not known yet', () => {
  const week = describeQuery(PROJECT, trends({ dateRange: { date_from: '-7d' } }), NOW)
  expect(week).toMatchObject({ interval: 'day', dateFrom: new Date('2024-03-07T23:00:00Z') })
  expect(describeQuery(PROJECT, trends({ dateRange: { date_from: 'all' } }), NOW).dateFrom).toBeNull()
})
