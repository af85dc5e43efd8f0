/** The walks of a funnel: for each actor, the steps that it did and when. */
import { actorColumn, type EventActor } from '../../plan/event-actor.ts'
import { buildFilter } from '../../plan/filter-condition.ts'
import type { FunnelsPlan } from '../../plan/funnels.ts'
import { and, call, column, common, compare, isNull, not, sameColumns, value } from '../../tree/build.ts'
import type { Expr } from '../../tree/expr.ts'
import type { CommonTable, Select, WalkBreakdown, Walks } from '../../tree/relation.ts'
import { walkColumns, walksTable } from '../../tree/walk-columns.ts'
import { readBreakdown } from '../breakdown.ts'
import { entityTest, namedTest } from '../events.ts'

type Breakdown = NonNullable<FunnelsPlan['breakdown']>

const integer = (n: number) => value(n, 'int')

/**
 * Common tables, the last of which is `walks`, with the columns of `walkColumns`. With a breakdown by cohort, `walks`
 * has a column `value` too: the id of the cohort as text.
 */
export function funnelWalks(plan: FunnelsPlan, options: Pick<Walks, 'conversionsOnly'> = {}): CommonTable[] {
  const walks = walksOf(plan, options)
  if (!plan.breakdown?.cohorts) return [walksTable('walks', walks)]
  return [walksTable('all_walks', walks), { name: 'walks', query: byCohort(plan.breakdown.cohorts, walks) }]
}

function walksOf(plan: FunnelsPlan, options: Pick<Walks, 'conversionsOnly'>): Walks {
  const { from, to, order, windowSeconds, breakdown } = plan
  const actor = actorColumn(plan.actor)
  return {
    kind: 'walks',
    alias: 'walk',
    actor,
    from,
    to,
    filter: and(...hasActor(plan.actor, actor), buildFilter(plan.filter)),
    steps: plan.steps.map((step) => ({
      test: entityTest(step),
      event: step.event,
      isOptional: step.isOptional,
      first: step.first && (step.first === 'named' ? namedTest(step) : entityTest(step)),
    })),
    exclusions: plan.exclusions.map((exclusion) => ({
      test: entityTest(exclusion),
      event: exclusion.event,
      from: exclusion.from,
      to: exclusion.to,
    })),
    order,
    windowSeconds,
    breakdown: breakdown && !breakdown.cohorts ? breakdownOf(breakdown) : null,
    ...(options.conversionsOnly ? { conversionsOnly: true } : {}),
    entries: plan.view === 'trends' ? { starts: plan.starts, goal: plan.toStep, entry: plan.fromStep } : null,
  }
}

const breakdownOf = ({ parts, attribution, step, isPlain }: Breakdown): WalkBreakdown => ({
  parts: parts.map((part) => {
    const text = call('coalesce', readBreakdown(part, 'text'), value('', 'text'))
    return part.normalizeUrl ? call('trimUrl', text) : text
  }),
  attribution,
  step,
  skipsEmpty: !isPlain,
})

/** Events without a group, or with an empty value of the expression that identifies actors, belong to no actor. */
function hasActor({ kind }: EventActor, actor: Expr): Expr[] {
  if (kind === 'person') return []
  return kind === 'group' ? [not(isNull(actor))] : [compare(actor, '!=', value('', 'text'))]
}

/** Repeats each walk for every cohort of the breakdown that its person is in. */
function byCohort(cohorts: NonNullable<Breakdown['cohorts']>, walks: Walks): Select {
  const names = walkColumns(walks)
  const queries = cohorts.map(({ id }): Select => {
    const isMember: Expr = { kind: 'inCohort', person: column('all_walks', 'actor'), cohort: Number(id) }
    return {
      kind: 'select',
      columns: [...sameColumns('all_walks', names), { expr: value(String(id), 'text'), as: 'value' }],
      from: common('all_walks'),
      ...(id === 'all' ? {} : { where: isMember }),
    }
  })
  return {
    kind: 'select',
    columns: sameColumns('cohort_walks', [...names, 'value']),
    from: { kind: 'union', queries, alias: 'cohort_walks' },
  }
}

/** Did the walk do the step? Steps are counted from 0. */
export const didStep = ({ steps }: FunnelsPlan, step: number): Expr =>
  steps.some(({ isOptional }) => isOptional)
    ? call('hasBit', column('walks', 'done'), integer(1 << step))
    : compare(column('walks', 'reached'), '>', integer(step))
