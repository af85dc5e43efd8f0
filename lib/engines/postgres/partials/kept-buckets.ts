/** Which buckets of a query are computed from partial results that are kept (docs/performance.md 4). */
import { assert } from '../../../core/assert.ts'
import { value } from '../../../tree/build.ts'
import { checkGuards } from '../check-guards.ts'
import type { LowerContext } from '../lower-context.ts'
import {
  type Buckets,
  type CommonTable,
  type DayRows,
  type Expr,
  type Join,
  type KeptBuckets,
  type KeptSeries,
  mapChildren,
  mapSelect,
  type Piece,
  type Select,
  type Source,
} from '../physical.ts'
import { actorsOf } from './actors.ts'
import { divide, withDaysBefore } from './days.ts'
import { exceptionsOf, type Passing, type PersonalTest, passingOf } from './exceptions.ts'
import { bucketShape, eventsRead, isQuantile, readsEventsAlone, STORED } from './shape.ts'

/** Of the range, and of a day whose clock is changed at midnight. */
const MOST_ENDS = 4
/** All persons of a project are looked at when their properties are asked for: no more than there are events to be read, or these. */
const FEW_PERSONS = 50_000
/** Rises when what is kept would be computed otherwise. */
const FORM = 2

/** A lowered query whose buckets are computed from what is kept, and those buckets. */
export function keepBuckets(query: Select, context: LowerContext): { query: Select; buckets: readonly KeptBuckets[] } {
  const kept: KeptBuckets[] = []
  const exceptions = new Map<string, CommonTable>()
  const passing: Passings = (test) => {
    const query = exceptionsOf(test)
    const key = JSON.stringify(query)
    const table = exceptions.get(key) ?? { name: `exceptions_${exceptions.size + 1}`, query }
    exceptions.set(key, table)
    return passingOf(table.name)
  }
  const source = (of: Source): Source => {
    const found =
      of.kind === 'buckets'
        ? keptBuckets(of, context, passing)
        : of.kind === 'dayRows'
          ? keptDays(of, context)
          : undefined
    if (found) kept.push(found)
    return found ?? of
  }
  const select = (of: Select): Select => {
    const inside = mapSelect(of, expr, select)
    const joins = inside.joins?.map((join): Join => ({ ...join, source: source(join.source) }))
    return { ...inside, from: source(inside.from), ...(joins ? { joins } : {}) }
  }
  const expr = (e: Expr): Expr => mapChildren(e, expr, select)
  const made = select(query)
  if (exceptions.size === 0) return { query: made, buckets: kept }
  const whole = { ...made, with: [...exceptions.values(), ...(made.with ?? [])] }
  checkGuards(whole, context.projectId)
  return { query: whole, buckets: kept }
}

/** Who passes a test at the moment. */
type Passings = (test: PersonalTest) => Passing

function keptDays(source: DayRows, { projectId, timezone }: LowerContext): KeptBuckets {
  // its own queries read events of the days before that it reaches to
  assert(readsEventsAlone(source.each, STORED), 'what is kept of a day depends on events alone')
  const { days, buckets } = withDaysBefore(source.days, source.reachDays, timezone)
  const { each: query, columns } = source
  return {
    kind: 'keptBuckets',
    alias: source.alias,
    project: value(projectId, 'int'),
    days,
    events: eventsRead(query),
    read: null,
    buckets: {
      key: keyOf(projectId, timezone, { query, columns }),
      query,
      columns,
      pieces: buckets,
      isKept: true,
      inRuns: true,
    },
    parts: null,
  }
}

const keyOf = (
  projectId: number,
  timezone: string,
  { query, columns }: Pick<KeptSeries, 'query' | 'columns'>,
): string => JSON.stringify([FORM, projectId, timezone, query, columns])

function keptBuckets(
  source: Buckets,
  { projectId, timezone, persons = 0, rowsInRange = 0 }: LowerContext,
  passing: Passings,
): KeptBuckets | undefined {
  if (isQuantile(source.each)) return undefined
  const actors = actorsOf(source.each)
  if (actors?.test && persons > Math.max(rowsInRange, FEW_PERSONS)) return undefined
  const events = actors?.events ?? source.each
  const shape = bucketShape(events)
  const divided = shape && divide(source.bounds, timezone)
  if (!shape || !divided) return undefined
  const { days, buckets, pieces } = divided
  const ofSeveral = buckets.some(({ first, last }) => first !== last)
  // buckets that end within days have their own pieces of them
  if (ofSeveral && pieces.length > days.length + MOST_ENDS) return undefined
  const seriesOf = (rows: Pick<KeptSeries, 'query' | 'columns'>, of: readonly Piece[]): KeptSeries => ({
    key: keyOf(projectId, timezone, rows),
    query: rows.query,
    columns: rows.columns,
    pieces: of,
  })
  const isOfActors = shape.columns.some(({ type }) => type === 'int' || type === 'set')
  const isOnce = !source.overlapping && (buckets.length > 1 || !ofSeveral)
  const isKept = isOnce || !isOfActors
  if (!isKept && !shape.parts) return undefined
  return {
    kind: 'keptBuckets',
    alias: source.alias,
    project: value(projectId, 'int'),
    days,
    events: eventsRead(events),
    read: actors?.read(actors.test && passing(actors.test)) ?? null,
    buckets: { ...seriesOf(shape, buckets), isKept },
    parts: shape.parts && ofSeveral ? { ...seriesOf(shape.parts, pieces), combined: shape.parts.combined } : null,
  }
}
