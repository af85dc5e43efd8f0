/** Every actor's way through a funnel. */
import type { FunnelsPlan } from '../../plan/funnels.ts'
import {
  and,
  type CommonTable,
  call,
  column,
  compare,
  type Expr,
  isNull,
  type Join,
  not,
  or,
  type QuerySource,
  type Select,
  type SelectColumn,
  table,
  value,
} from '../../tree/query.ts'
import { funnelEvents } from './events.ts'
import { probedWalks } from './probes.ts'

const same = (source: string, name: string): SelectColumn => ({ expr: column(source, name), as: name })
const nothing = call('nothing')
const integer = (n: number) => value(n, 'int')

/**
 * Common tables, the last of which is `walks`: `actor`, with a breakdown `value`, `reached` (the deepest step, from 1),
 * `times` of the steps, with optional steps `done` (bit k: step k + 1); for trends of each interval an actor started in, `bucket`.
 * Those whom an exclusion took out are not in it.
 */
export function funnelWalks(plan: FunnelsPlan): CommonTable[] {
  if (plan.strategy === 'pass') return passedWalks(plan)
  if (!plan.breakdown?.cohorts) return probedWalks(plan, 'walks')
  return [...probedWalks(plan, 'all_walks'), { name: 'walks', query: byCohort(plan, 'all_walks') }]
}

function passedWalks(plan: FunnelsPlan): CommonTable[] {
  const tables: CommonTable[] = [{ name: 'matched', query: funnelEvents(plan) }]
  const { breakdown } = plan
  const byStep = breakdown?.attribution === 'step' && !breakdown.cohorts
  if (byStep) tables.push({ name: 'candidates', query: valueCandidates(plan) })
  tables.push({ name: 'actors', query: actorEvents(plan, byStep) })
  tables.push({ name: breakdown?.cohorts || hidesSpoiled(plan) ? 'all_walks' : 'walks', query: walks(plan, byStep) })
  if (hidesSpoiled(plan)) tables.push({ name: breakdown?.cohorts ? 'kept_walks' : 'walks', query: keptWalks(plan) })
  if (breakdown?.cohorts)
    tables.push({ name: 'walks', query: byCohort(plan, hidesSpoiled(plan) ? 'kept_walks' : 'all_walks') })
  return tables
}

/** In trends an exclusion that an attempt went past takes the actor's other failures out, too. */
const hidesSpoiled = ({ view, order, exclusions }: FunnelsPlan) =>
  view === 'trends' && order !== 'unordered' && exclusions.length > 0

/** The values that each actor is tried with: those of its events of the step. */
function valueCandidates({ breakdown, order }: FunnelsPlan): Select {
  const actor = column('matched', 'actor')
  const of = column('matched', 'value')
  return {
    kind: 'select',
    columns: [same('matched', 'actor'), same('matched', 'value')],
    from: table('matched'),
    where:
      order === 'unordered'
        ? compare(column('matched', 'mask'), '>', integer(0))
        : call('hasBit', column('matched', 'mask'), integer(1 << (breakdown?.step ?? 0))),
    groupBy: [actor, of],
  }
}

/** All events of an actor in lists; with a breakdown by events once for each value it is tried with. */
function actorEvents(plan: FunnelsPlan, byStep: boolean): Select {
  const { breakdown, exclusions } = plan
  const matched = (name: string) => column('matched', name)
  const actor = matched('actor')
  const candidate = column('candidates', 'value')
  const perValue = byStep
    ? candidate
    : breakdown?.attribution === 'all_events' && !breakdown.cohorts
      ? matched('value')
      : null
  const serves = compare(matched('value'), '=', candidate)
  // the same order in every list, whatever the database does with ties
  const order = [
    matched('t'),
    matched('mask'),
    ...(exclusions.length > 0 ? [matched('excluded')] : []),
    ...(byStep ? [serves] : []),
  ]
  const list = (name: string, of: Expr): SelectColumn => ({ expr: call('collect', of, ...order), as: name })
  const joins: Join[] = byStep
    ? [{ source: table('candidates'), on: compare(column('candidates', 'actor'), '=', actor) }]
    : []
  return {
    kind: 'select',
    columns: [
      { expr: actor, as: 'actor' },
      ...(perValue ? [{ expr: perValue, as: 'value' }] : breakdown && !breakdown.cohorts ? [touched(plan)] : []),
      list('times', matched('t')),
      list('masks', matched('mask')),
      { expr: call('bitOr', matched('mask')), as: 'present' },
      ...(exclusions.length > 0 ? [list('exclusions', matched('excluded'))] : []),
      ...(byStep ? [list('serves', serves)] : []),
      ...(plan.view === 'trends' ? [list('buckets', matched('bucket'))] : []),
    ],
    from: table('matched'),
    joins,
    ...(byStep ? { where: { kind: 'scalarQuery', query: stepWork } } : {}),
    groupBy: [actor, ...(perValue ? [perValue] : [])],
  }
}

/** Each actor's events are walked over once for each of its values: refused when that is too much. */
const stepWork: Select = {
  kind: 'select',
  columns: [
    {
      expr: call('checkFunnelWork', call('sum', call('multiply', rowsOf('own'), rowsOf('tried')))),
      as: 'is_possible',
    },
  ],
  from: rowsByActor('matched', 'own'),
  joins: [
    { source: rowsByActor('candidates', 'tried'), on: compare(column('tried', 'actor'), '=', column('own', 'actor')) },
  ],
}

function rowsOf(alias: string): Expr {
  return call('toFloat', column(alias, 'n'))
}

function rowsByActor(name: string, alias: string): QuerySource {
  const actor = column(name, 'actor')
  const query: Select = {
    kind: 'select',
    columns: [
      { expr: actor, as: 'actor' },
      { expr: call('countAll'), as: 'n' },
    ],
    from: table(name),
    groupBy: [actor],
  }
  return { kind: 'query', alias, query }
}

/** The value of the first or the last event that has one; of groups simply of the first or last event. */
function touched({ breakdown }: FunnelsPlan): SelectColumn {
  const of = column('matched', 'value')
  const at = column('matched', 't')
  const has = breakdown?.isPlain ? value(true, 'boolean') : column('matched', 'has_value')
  const found =
    breakdown?.attribution === 'last_touch' ? call('lastWhere', of, has, at) : call('firstWhere', of, has, at)
  return { expr: call('coalesce', found, call('firstWhere', of, value(true, 'boolean'), at)), as: 'value' }
}

function walks(plan: FunnelsPlan, byStep: boolean): Select {
  const { breakdown, order, view, exclusions, steps, toStep } = plan
  const own = (name: string) => column('actors', name)
  const isTrend = view === 'trends'
  const walk = (name: string) => column('walk', name)
  const count = integer(isTrend && order !== 'unordered' ? toStep + 1 : steps.length)
  const excluded = exclusions.length > 0 ? own('exclusions') : nothing
  const serves = byStep ? own('serves') : nothing
  const window = value(plan.windowSeconds, 'float')
  const optional = steps.reduce((mask, { isOptional }, index) => (isOptional ? mask | (1 << index) : mask), 0)
  const args: Expr[] =
    order === 'unordered'
      ? [
          own('times'),
          own('masks'),
          own('present'),
          excluded,
          count,
          window,
          serves,
          isTrend ? own('buckets') : nothing,
        ]
      : [
          own('times'),
          own('masks'),
          own('present'),
          excluded,
          count,
          window,
          value(order === 'strict', 'boolean'),
          integer(optional),
          serves,
          byStep ? integer((breakdown?.step ?? 0) + 1) : nothing,
          ...(isTrend ? [own('buckets'), column('entry', 'bucket')] : [nothing, nothing]),
        ]
  const name = order === 'unordered' ? 'funnel_walk_unordered' : 'funnel_walk'
  const entries: Join[] =
    isTrend && order !== 'unordered'
      ? [
          joined({
            kind: 'function',
            name: 'funnel_entries',
            args: [own('masks'), own('buckets'), integer(span(plan))],
            alias: 'entry',
          }),
        ]
      : []
  return {
    kind: 'select',
    columns: [
      same('actors', 'actor'),
      ...(breakdown && !breakdown.cohorts ? [same('actors', 'value')] : []),
      same('walk', 'reached'),
      same('walk', 'times'),
      ...(hasOptional(steps) ? [same('walk', 'done')] : []),
      ...(hidesSpoiled(plan) ? [same('walk', 'spoiled'), same('walk', 'spoiled_on')] : []),
      ...(isTrend ? [same(order === 'unordered' ? 'walk' : 'entry', 'bucket')] : []),
    ],
    from: table('actors'),
    joins: [...entries, joined({ kind: 'function', name, args, alias: 'walk' })],
    ...(order === 'unordered' || hidesSpoiled(plan) ? {} : { where: not(walk('spoiled')) }),
  }
}

/** How many intervals the window of an attempt can reach into. */
function span({ starts, windowSeconds }: FunnelsPlan): number {
  const times = starts.map((start) => Date.parse(start) / 1_000)
  const shortest = Math.min(...times.slice(1).map((time, index) => time - (times[index] ?? 0)))
  return Math.min(Math.ceil(windowSeconds / shortest) + 1, starts.length)
}

const joined = (source: Join['source']): Join => ({ source, on: value(true, 'boolean') })

function keptWalks(plan: FunnelsPlan): Select {
  const walk = (name: string) => column('all_walks', name)
  const wentOn: Select = {
    kind: 'select',
    columns: [same('all_walks', 'actor')],
    from: table('all_walks'),
    where: walk('spoiled_on'),
    groupBy: [walk('actor')],
  }
  const converted = compare(walk('reached'), '>', integer(plan.toStep))
  const fell: Join = {
    source: { kind: 'query', alias: 'fell', query: wentOn },
    on: compare(column('fell', 'actor'), '=', walk('actor')),
    left: true,
  }
  return {
    kind: 'select',
    columns: walkColumns(plan, 'all_walks'),
    from: table('all_walks'),
    joins: [fell],
    where: and(not(walk('spoiled')), or(converted, isNull(column('fell', 'actor')))),
  }
}

const walkColumns = ({ breakdown, steps, view }: FunnelsPlan, source: string): SelectColumn[] =>
  [
    'actor',
    ...(breakdown && !breakdown.cohorts ? ['value'] : []),
    'reached',
    'times',
    ...(hasOptional(steps) ? ['done'] : []),
    ...(view === 'trends' ? ['bucket'] : []),
  ].map((name) => same(source, name))

/** Each walk once for every cohort that its person is in. */
function byCohort(plan: FunnelsPlan, source: string): Select {
  const queries = (plan.breakdown?.cohorts ?? []).map(({ id }): Select => {
    const member: Expr = { kind: 'inCohort', person: column(source, 'actor'), cohort: Number(id) }
    return {
      kind: 'select',
      columns: [...walkColumns(plan, source), { expr: value(String(id), 'text'), as: 'value' }],
      from: table(source),
      ...(id === 'all' ? {} : { where: member }),
    }
  })
  return {
    kind: 'select',
    columns: [...walkColumns(plan, 'tried'), same('tried', 'value')],
    from: { kind: 'union', queries, alias: 'tried' },
  }
}

/** Did the walk do the step, counted from 0? */
export const didStep = ({ steps }: FunnelsPlan, step: number): Expr =>
  hasOptional(steps)
    ? call('hasBit', column('walks', 'done'), integer(1 << step))
    : compare(column('walks', 'reached'), '>', integer(step))

/** Otherwise who got to a step did all before it. */
const hasOptional = (steps: FunnelsPlan['steps']) => steps.some(({ isOptional }) => isOptional)
