/**
 * Events of few names that are grouped by a unit of time: the index has those of each unit side by side, so that they are read
 * unit after unit, and no row is asked when its unit began.
 */
import { column, sameColumns, value } from '../../tree/build.ts'
import type { Grouped } from './people-groups.ts'
import { and, call, compare, type Expr, native, type Select, type Source, some } from './physical.ts'

const UNITS: ReadonlySet<unknown> = new Set(['hour', 'day', 'week', 'sunday', 'month', 'quarter', 'year'])
/** A name is looked for once in each unit. */
const MOST_NAMES = 10
/** Since then clocks change at quarters of an hour everywhere. */
const FIRST = Date.parse('2012-01-01T00:00:00Z')
const DAY_MS = 86_400_000
const QUARTER_MS = 900_000
/** How far units are read one by one; most are empty where somebody asks for hours of a year. */
const MOST_DAYS = 416
const MOST_DAYS_OF_HOURS = 104
const UNIT_DAYS: Readonly<Record<string, number>> = {
  second: 0,
  minute: 0,
  hour: 0,
  day: 1,
  week: 7,
  month: 31,
  quarter: 92,
  year: 366,
}

/** The rows of a grouped select of events; undefined where they are not found faster than by grouping them. */
export function groupsOfUnits(
  rows: Omit<Select, 'columns' | 'groupBy'>,
  { columns, groupBy }: Grouped,
): Source | undefined {
  const { from, joins = [], where } = rows
  if (from.kind !== 'table' || from.name !== 'events' || joins.length > 0) return undefined
  const timestamp = column(from.alias, 'timestamp')
  const isTime = (e: Expr) => e.kind === 'column' && e.table === from.alias && e.name === 'timestamp'
  const keys = groupBy.filter((key) => key.kind === 'call' && key.fn === 'startOf' && isTime(key.args[1] as Expr))
  const [key] = keys
  if (key?.kind !== 'call' || keys.length > 1) return undefined
  const [unit, , timezone] = key.args
  if (unit?.kind !== 'value' || !UNITS.has(unit.value) || timezone?.kind !== 'value') return undefined
  const tests = where?.kind === 'and' ? where.args : where ? [where] : []
  // it stands in a bucket, or after the last
  if ([...tests, ...columns.map(({ expr }) => expr)].some((e) => some(e, isBound))) return undefined
  const mostDays = unit.value === 'hour' ? MOST_DAYS_OF_HOURS : MOST_DAYS
  const range = rangeOf(tests, isTime, mostDays)
  if (!range || !tests.some((test) => isOfFewNames(test, from.alias))) return undefined
  const more = groupBy.filter((each) => each !== key)
  const to = range.to ?? native('soon', value(0, 'int'))
  const start = range.to ? range.from : call('greatest', range.from, native('soon', value(mostDays, 'int')))
  const within = [compare(timestamp, '>=', { kind: 'bucketFrom' }), compare(timestamp, '<', { kind: 'bucketTo' })]
  const each: Select = {
    ...rows,
    columns: columns.map(({ expr, as }) => ({ expr: expr === key ? native('bucketStart') : expr, as })),
    where: and(...tests, ...within),
    ...(more.length > 0 ? { groupBy: more } : { having: compare(call('countAll'), '>', value(0, 'int')) }),
  }
  const names = columns.map(({ as }) => as)
  const units: Select = {
    kind: 'select',
    columns: sameColumns('units', names),
    from: { kind: 'timeBuckets', alias: 'units', unit, timezone, from: start, to, each },
  }
  if (range.to) return { kind: 'query', alias: 'grouped', query: units }
  const beside = (test: Expr): Select => ({ ...rows, columns, groupBy, where: and(...tests, test) })
  const others = [beside(compare(timestamp, '<', start)), beside(compare(timestamp, '>=', to))]
  return { kind: 'union', alias: 'grouped', queries: [units, ...others] }
}

const isBound = (e: Expr) =>
  e.kind === 'bucketFrom' || e.kind === 'bucketTo' || (e.kind === 'native' && e.fn === 'soon')

function isOfFewNames(test: Expr, events: string): boolean {
  const isName = (e: Expr) => e.kind === 'column' && e.table === events && e.name === 'event'
  if (test.kind === 'in') return isName(test.expr) && test.list.values.length <= MOST_NAMES
  return test.kind === 'compare' && test.op === '=' && isName(test.left) && test.right.kind === 'value'
}

/** Quarters of an hour around all instants for which the conditions hold; no end unless they say one. */
function rangeOf(
  tests: readonly Expr[],
  isTime: (e: Expr) => boolean,
  mostDays: number,
): { from: Expr; to?: Expr } | undefined {
  let from = Number.NEGATIVE_INFINITY
  let to = Number.POSITIVE_INFINITY
  for (const test of tests) {
    if (test.kind !== 'compare' || !isTime(test.left)) continue
    const [least, most] = boundsOf(test.right) ?? []
    if (least === undefined || most === undefined) continue
    if (test.op === '>' || test.op === '>=' || test.op === '=') from = Math.max(from, least)
    if (test.op === '<' || test.op === '<=' || test.op === '=') to = Math.min(to, most + QUARTER_MS)
  }
  if (from < FIRST || !Number.isFinite(from)) return undefined
  const instant = (ms: number) => value(new Date(Math.floor(ms / QUARTER_MS) * QUARTER_MS).toISOString(), 'instant')
  if (!Number.isFinite(to)) return { from: instant(from) }
  if (to <= from || to - from > mostDays * DAY_MS) return undefined
  return { from: instant(from), to: instant(to + QUARTER_MS) }
}

/** Instants between which that of the expression lies; undefined if it is not known before rows are read. */
function boundsOf(e: Expr): readonly [least: number, most: number] | undefined {
  if (e.kind === 'value' && e.type === 'instant' && typeof e.value === 'string') {
    const at = Date.parse(e.value)
    return Number.isFinite(at) ? [at, at] : undefined
  }
  if (e.kind !== 'call') return undefined
  const [unit, a, b] = e.args
  const days = unit?.kind === 'value' ? UNIT_DAYS[unit.value === 'sunday' ? 'week' : String(unit.value)] : undefined
  if (days === undefined || !a) return undefined
  if (e.fn === 'startOf') {
    const of = boundsOf(a)
    return of && [of[0] - (days + 2) * DAY_MS, of[1]]
  }
  const count = e.fn === 'dateAdd' ? numberOf(a) : undefined
  const of = count === undefined || !b ? undefined : boundsOf(b)
  if (!of || count === undefined || Math.abs(count) > 10_000) return undefined
  const shifts = [
    count * Math.max(0, days - 3 * Number(days > 7)) * DAY_MS,
    count * (days || 1 / 24) * DAY_MS,
  ].toSorted((x, y) => x - y)
  return [of[0] + (shifts[0] ?? 0) - 3 * DAY_MS, of[1] + (shifts[1] ?? 0) + 3 * DAY_MS]
}

function numberOf(e: Expr): number | undefined {
  if (e.kind === 'value') return typeof e.value === 'number' ? e.value : undefined
  const [of] = e.kind === 'call' && e.fn === 'negate' ? e.args : []
  const known = of && numberOf(of)
  return known === undefined ? undefined : -known
}
