/** Walks from all events of each actor in their order, which a function of the database goes through. */

import { column, common, sameColumns, value } from '../../tree/build.ts'
import type { WalkStep, Walks } from '../../tree/relation.ts'
import { walkColumns } from '../../tree/walk-columns.ts'
import {
  and,
  type CommonTable,
  call,
  compare,
  type Expr,
  isNull,
  type Join,
  native,
  not,
  or,
  type QuerySource,
  type Select,
  type SelectColumn,
} from './physical.ts'
import { matchedEvents } from './walk-events.ts'

const same = (source: string, name: string): SelectColumn => ({ expr: column(source, name), as: name })
const nothing = native('nothing')
const integer = (n: number) => value(n, 'int')
const zero = integer(0)

/**
 * Tables that compute walks; the last is called `name` and has the columns of `walkColumns`. `only`: a condition on the actors
 * that are walked over.
 */
export function scannedWalks(walks: Walks, name: string, only: Expr | null = null): CommonTable[] {
  const byStep = walks.breakdown?.attribution === 'step'
  const hasSpoiled = hidesSpoiled(walks)
  const walked = hasSpoiled ? `all_${name}` : name
  return [
    { name: 'matched', query: matchedEvents(walks, only) },
    ...(byStep ? [{ name: 'candidates', query: valueCandidates(walks) }] : []),
    { name: 'actors', query: actorEvents(walks, byStep) },
    { name: walked, query: walkedActors(walks, byStep) },
    ...(hasSpoiled ? [{ name, query: withoutSpoiled(walks, walked) }] : []),
  ]
}

/** With entries an exclusion that an attempt went past takes the actor's other failures out, too. */
const hidesSpoiled = ({ entries, order, exclusions }: Walks) =>
  entries !== null && order !== 'unordered' && exclusions.length > 0

const isOptional = (step: WalkStep) => step.isOptional

/** The values that each actor's walk is computed for: those of its events of the step. */
function valueCandidates({ breakdown, order }: Walks): Select {
  const mask = column('matched', 'mask')
  return {
    kind: 'select',
    columns: [same('matched', 'actor'), same('matched', 'value')],
    from: common('matched'),
    where:
      order === 'unordered' ? compare(mask, '>', zero) : call('hasBit', mask, integer(1 << (breakdown?.step ?? 0))),
    groupBy: [column('matched', 'actor'), column('matched', 'value')],
  }
}

/** All events of an actor in arrays; with a breakdown by events a row for each of its candidate values. */
function actorEvents({ breakdown, exclusions, entries }: Walks, byStep: boolean): Select {
  const matched = (name: string) => column('matched', name)
  const actor = matched('actor')
  const candidate = column('candidates', 'value')
  const perValue = byStep ? candidate : breakdown?.attribution === 'all_events' ? matched('value') : null
  const serves = compare(matched('value'), '=', candidate)
  // the same order in every list, whatever the database does with ties
  const order = [
    matched('t'),
    matched('mask'),
    ...(exclusions.length > 0 ? [matched('excluded')] : []),
    ...(byStep ? [serves] : []),
  ]
  const list = (name: string, of: Expr): SelectColumn => ({ expr: native('collect', of, ...order), as: name })
  const joins: Join[] = byStep
    ? [{ source: common('candidates'), on: compare(column('candidates', 'actor'), '=', actor) }]
    : []
  return {
    kind: 'select',
    columns: [
      { expr: actor, as: 'actor' },
      ...(perValue ? [{ expr: perValue, as: 'value' }] : breakdown ? [touchedValue(breakdown)] : []),
      list('times', matched('t')),
      list('masks', matched('mask')),
      { expr: native('bitOr', matched('mask')), as: 'present' },
      ...(exclusions.length > 0 ? [list('exclusions', matched('excluded'))] : []),
      ...(byStep ? [list('serves', serves)] : []),
      ...(entries ? [list('buckets', matched('bucket'))] : []),
    ],
    from: common('matched'),
    joins,
    ...(byStep ? { where: { kind: 'scalarQuery', query: stepWork } } : {}),
    groupBy: [actor, ...(perValue ? [perValue] : [])],
  }
}

/** The function goes through an actor's events once for each of its candidate values. Refuses the query if that is too much. */
const stepWork: Select = {
  kind: 'select',
  columns: [
    {
      expr: native(
        'checkFunnelWork',
        call('sum', call('multiply', rowsOf('event_counts'), rowsOf('candidate_counts'))),
      ),
      as: 'is_possible',
    },
  ],
  from: rowsByActor('matched', 'event_counts'),
  joins: [
    {
      source: rowsByActor('candidates', 'candidate_counts'),
      on: compare(column('candidate_counts', 'actor'), '=', column('event_counts', 'actor')),
    },
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
    from: common(name),
    groupBy: [actor],
  }
  return { kind: 'query', alias, query }
}

/** The value of the first or the last event that has one; else, or if empty ones count, of the first or last event. */
function touchedValue({ attribution, skipsEmpty }: NonNullable<Walks['breakdown']>): SelectColumn {
  const of = column('matched', 'value')
  const at = column('matched', 't')
  const counts = skipsEmpty ? column('matched', 'has_value') : value(true, 'boolean')
  const touched = native(attribution === 'last_touch' ? 'lastWhere' : 'firstWhere', of, counts, at)
  return { expr: call('coalesce', touched, native('firstWhere', of, value(true, 'boolean'), at)), as: 'value' }
}

/** The functions of the database that walk over the events of one actor (migrations/0012_funnels.sql), and their arguments. */
const WALK = {
  name: 'funnel_walk',
  args: [
    'times',
    'masks',
    'present',
    'exclusions',
    'steps',
    'window',
    'strict',
    'optional',
    'serves',
    'valueStep',
    'buckets',
    'bucket',
  ],
} as const
const WALK_UNORDERED = {
  name: 'funnel_walk_unordered',
  args: ['times', 'masks', 'present', 'exclusions', 'steps', 'window', 'serves', 'buckets'],
} as const

/** One row, or with entries several, for each row of `actors`. */
function walkedActors(walks: Walks, byStep: boolean): Select {
  const { breakdown, order, exclusions, steps, entries } = walks
  const own = (name: string) => column('actors', name)
  const isOrdered = order !== 'unordered'
  const { name, args } = isOrdered ? WALK : WALK_UNORDERED
  const given: Readonly<Record<(typeof WALK.args)[number], Expr>> = {
    times: own('times'),
    masks: own('masks'),
    present: own('present'),
    exclusions: exclusions.length > 0 ? own('exclusions') : nothing,
    steps: integer(entries && isOrdered ? entries.goal + 1 : steps.length),
    window: value(walks.windowSeconds, 'float'),
    strict: value(order === 'strict', 'boolean'),
    optional: integer(steps.reduce((mask, step, index) => (step.isOptional ? mask | (1 << index) : mask), 0)),
    serves: byStep ? own('serves') : nothing,
    valueStep: byStep ? integer((breakdown?.step ?? 0) + 1) : nothing,
    buckets: entries ? own('buckets') : nothing,
    bucket: entries ? column('entry', 'bucket') : nothing,
  }
  const eachEntry: Join[] =
    entries && isOrdered
      ? [joined('funnel_entries', [own('masks'), own('buckets'), integer(bucketsAnAttempt(walks))], 'entry')]
      : []
  const isHidden = hidesSpoiled(walks)
  return {
    kind: 'select',
    columns: [
      same('actors', 'actor'),
      ...(breakdown ? [same('actors', 'value')] : []),
      same('walk', 'reached'),
      ...(entries ? [] : [same('walk', 'times')]),
      ...(steps.some(isOptional) ? [same('walk', 'done')] : []),
      ...(isHidden ? [same('walk', 'spoiled'), same('walk', 'spoiled_on')] : []),
      ...(entries ? [same(isOrdered ? 'entry' : 'walk', 'bucket')] : []),
    ],
    from: common('actors'),
    joins: [
      ...eachEntry,
      joined(
        name,
        args.map((arg) => given[arg]),
        'walk',
      ),
    ],
    ...(!isOrdered || isHidden ? {} : { where: not(column('walk', 'spoiled')) }),
  }
}

/** How many intervals the window of an attempt can reach into. */
function bucketsAnAttempt({ entries, windowSeconds }: Walks): number {
  const starts = entries?.starts ?? []
  const times = starts.map((start) => Date.parse(start) / 1_000)
  const shortest = Math.min(...times.slice(1).map((time, index) => time - (times[index] ?? 0)))
  return Math.min(Math.ceil(windowSeconds / shortest) + 1, starts.length)
}

const joined = (name: string, args: readonly Expr[], alias: string): Join => ({
  source: { kind: 'function', name, args, alias },
  on: value(true, 'boolean'),
})

function withoutSpoiled(walks: Walks, walked: string): Select {
  const walk = (name: string) => column(walked, name)
  const spoiledActors: Select = {
    kind: 'select',
    columns: [same(walked, 'actor')],
    from: common(walked),
    where: walk('spoiled_on'),
    groupBy: [walk('actor')],
  }
  const converted = compare(walk('reached'), '>', integer(walks.entries?.goal ?? 0))
  const failed: Join = {
    source: { kind: 'query', alias: 'failed', query: spoiledActors },
    on: compare(column('failed', 'actor'), '=', walk('actor')),
    left: true,
  }
  return {
    kind: 'select',
    columns: sameColumns(walked, walkColumns(walks)),
    from: common(walked),
    joins: [failed],
    where: and(not(walk('spoiled')), or(converted, isNull(column('failed', 'actor')))),
  }
}
