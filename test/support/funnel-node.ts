import { expect } from 'vitest'
import { withIds } from './build-world.ts'
import { FUNNEL_ACTIONS, type FunnelQuery } from './funnels-ways.ts'
import type { TestServer } from './server.ts'
import type { TestProject } from './world.ts'

/** Ids of what a project was given. */
export interface Made {
  readonly cohorts: readonly number[]
  readonly actions: readonly number[]
}

/** The ids of `FUNNEL_ACTIONS`, once they are made. */
export async function buildActions(server: TestServer, project: TestProject): Promise<number[]> {
  const ids: number[] = []
  for (const [index, steps] of FUNNEL_ACTIONS.entries()) {
    const made = await server.call('POST', `${project.path}actions/`, { name: `action ${index}`, steps })
    expect(made.status).toBe(201)
    ids.push(made.body.id)
  }
  return ids
}

/** The query as it is on the wire. */
export function funnelNode(query: FunnelQuery, { cohorts: ids, actions }: Made) {
  const { breakdown } = query
  return {
    kind: 'FunnelsQuery',
    series: query.steps.map(({ event, action, properties, first, isOptional }) => ({
      ...(action === null ? { kind: 'EventsNode', event } : { kind: 'ActionsNode', id: actions[action] }),
      ...(first ? { math: first === 'named' ? 'first_time_for_user' : 'first_time_for_user_with_filters' } : {}),
      ...(isOptional ? { optionalInFunnel: true } : {}),
      properties: properties.map((filter) => withIds(filter, ids)),
    })),
    dateRange: { date_from: query.from, date_to: query.to },
    interval: query.interval,
    properties: withIds(query.properties, ids),
    ...(query.by === 'group' ? { aggregation_group_type_index: 0 } : {}),
    funnelsFilter: {
      ...(query.by === 'person' || query.by === 'group'
        ? {}
        : { funnelAggregateByHogQL: query.by === 'plan' ? 'properties.plan' : query.by }),
      funnelVizType: query.view,
      funnelOrderType: query.order,
      funnelWindowInterval: query.windowSeconds,
      funnelWindowIntervalUnit: 'second',
      funnelFromStep: query.fromStep,
      funnelToStep: query.toStep,
      ...(query.binCount === null ? {} : { binCount: query.binCount }),
      exclusions: query.exclusions.map(({ event, from, to }) => ({
        kind: 'EventsNode',
        event,
        funnelFromStep: from,
        funnelToStep: to,
      })),
      ...(breakdown
        ? { breakdownAttributionType: breakdown.attribution, breakdownAttributionValue: breakdown.step }
        : {}),
    },
    ...(breakdown
      ? {
          breakdownFilter: {
            breakdown: breakdown.properties.length > 1 ? breakdown.properties : breakdown.properties[0],
            breakdown_type: breakdown.type,
            breakdown_limit: breakdown.limit,
            ...(breakdown.type === 'group' ? { breakdown_group_type_index: 0 } : {}),
          },
        }
      : query.cohorts
        ? { breakdownFilter: { breakdown: query.cohorts.map((index) => ids[index]), breakdown_type: 'cohort' } }
        : {}),
  }
}
