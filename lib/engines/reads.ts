/** What queries read of events, told from the queries themselves: the same for every kind, and for SQL. */
import type { Expr } from '../tree/expr.ts'
import type { Select, Source, Walks } from '../tree/relation.ts'
import { mapChildren, mapSelect } from '../tree/walk.ts'

/** Events of these names and instants, and maybe fewer. */
export interface Reads {
  /** Null: any. */
  readonly names: readonly string[] | null
  /** ISO instants, half-open; null: all that there are. */
  readonly from: string | null
  readonly to: string | null
}

/**
 * The events whose change may change what the queries give; null if something else may: persons, groups, sessions, members
 * of cohorts, distinct ids, runs. The persons that events count for are of the events.
 */
export function readsOf(queries: readonly Select[]): Reads | null {
  const parts: Part[] = []
  let readsMore = false
  const visitExpr = (e: Expr, bounds: Instants | null): Expr => {
    readsMore ||= leadsElsewhere(e)
    return mapChildren(
      e,
      (child) => visitExpr(child, bounds),
      (query) => visit(query, bounds),
    )
  }
  const visit = (select: Select, bounds: Instants | null): Select => {
    const boundsOfEach = new Map<Select, Instants>()
    for (const mention of mentionsOf(select)) {
      const { source } = mention
      if (source.kind === 'walks') parts.push(...partsOfWalks(source))
      else if (source.kind === 'buckets') boundsOfEach.set(source.each, hullOf(source.bounds))
      else if (source.kind === 'table' && source.name === 'events') parts.push(partOf(mention, bounds))
      else if (source.kind === 'table') readsMore = true
    }
    return mapSelect(
      select,
      (e) => visitExpr(e, bounds),
      (query) => visit(query, boundsOfEach.get(query) ?? bounds),
    )
  }
  for (const query of queries) visit(query, null)
  if (readsMore) return null
  const all = parts.reduce(either, NOTHING)
  return { names: all.names && [...all.names].sort(), from: isoOf(all.from), to: isoOf(all.to) }
}

/** Half-open, in milliseconds; infinite where they are open. */
interface Instants {
  readonly from: number
  readonly to: number
}
interface Part extends Instants {
  readonly names: ReadonlySet<string> | null
}

const EVERYTHING: Part = { names: null, from: -Infinity, to: Infinity }
const NOTHING: Part = { names: new Set(), from: Infinity, to: -Infinity }

const isoOf = (at: number): string | null => (Number.isFinite(at) ? new Date(at).toISOString() : null)

const hullOf = (bounds: readonly { readonly from: string; readonly to: string }[]): Instants => ({
  from: bounds.reduce((least, { from }) => Math.min(least, startOf(from)), Infinity),
  to: bounds.reduce((most, { to }) => Math.max(most, endOf(to)), -Infinity),
})

function either(a: Part, b: Part): Part {
  const names = a.names && b.names && new Set([...a.names, ...b.names])
  return { names, from: Math.min(a.from, b.from), to: Math.max(a.to, b.to) }
}

function both(a: Part, b: Part): Part {
  const names = a.names && b.names ? new Set([...a.names].filter((name) => b.names?.has(name))) : (a.names ?? b.names)
  return { names, from: Math.max(a.from, b.from), to: Math.min(a.to, b.to) }
}

/** Is it of another table, which may change without an event? */
function leadsElsewhere(e: Expr): boolean {
  switch (e.kind) {
    case 'property':
      return e.of !== 'event'
    case 'column':
      return e.name.includes('.')
    case 'inCohort':
    case 'actorCell':
      return true
    default:
      return false
  }
}

interface MentionOfSource {
  readonly source: Source
  /** Rows of the source for which one of these does not hold change nothing. */
  readonly conditions: readonly Expr[]
}

function mentionsOf({ from, joins = [], where }: Select): MentionOfSource[] {
  const whole = where ? [where] : []
  return [
    { source: from, conditions: whole },
    ...joins.map(({ source, on, right, any }) => ({
      source,
      // a row that is left out behind the join may have been the one that was joined, or kept another from standing alone
      conditions: [...(right ? [] : [on]), ...(any ? [] : whole)],
    })),
  ]
}

const partOf = ({ source: { alias }, conditions }: MentionOfSource, bounds: Instants | null): Part =>
  conditions.map((condition) => restriction(condition, alias, bounds)).reduce(both, EVERYTHING)

/** The events that a condition may hold for. */
function restriction(e: Expr, alias: string, bounds: Instants | null): Part {
  switch (e.kind) {
    case 'and':
      return e.args.map((arg) => restriction(arg, alias, bounds)).reduce(both, EVERYTHING)
    case 'or':
      return e.args.map((arg) => restriction(arg, alias, bounds)).reduce(either, NOTHING)
    case 'in':
      return isNameOf(e.expr, alias) ? { ...EVERYTHING, names: new Set(e.list.values.map(String)) } : EVERYTHING
    case 'compare': {
      const { left, op, right } = e
      return { ...compared(left, op, right, alias, bounds) }
    }
    default:
      return EVERYTHING
  }
}

type Operator = Extract<Expr, { kind: 'compare' }>['op']
const TURNED: Readonly<Record<Operator, Operator>> = {
  '=': '=',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
}

function compared(left: Expr, op: Operator, right: Expr, alias: string, bounds: Instants | null): Part {
  if (left.kind !== 'column')
    return right.kind === 'column' ? compared(right, TURNED[op], left, alias, bounds) : EVERYTHING
  if (isNameOf(left, alias))
    return op === '=' && right.kind === 'value' && typeof right.value === 'string'
      ? { ...EVERYTHING, names: new Set([right.value]) }
      : EVERYTHING
  const instant = isTimeOf(left, alias) ? instantOf(right, bounds) : null
  if (!instant) return EVERYTHING
  switch (op) {
    case '>':
    case '>=':
      return { ...EVERYTHING, from: instant.from }
    case '<':
      return { ...EVERYTHING, to: instant.to }
    case '<=':
      return { ...EVERYTHING, to: instant.to + 1 }
    case '=':
      return { ...EVERYTHING, from: instant.from, to: instant.to + 1 }
    case '!=':
      return EVERYTHING
  }
}

const isNameOf = (e: Expr, alias: string) => e.kind === 'column' && e.table === alias && e.name === 'event'
const isTimeOf = (e: Expr, alias: string) =>
  e.kind === 'column' && e.table === alias && (e.name === 'timestamp' || e.name === 'created_at')

/** The milliseconds around an instant. */
function instantOf(e: Expr, bounds: Instants | null): Instants | null {
  if (e.kind === 'bucketFrom' || e.kind === 'bucketTo') return bounds
  if (e.kind !== 'value' || e.type !== 'instant' || typeof e.value !== 'string') return null
  const from = startOf(e.value)
  return Number.isNaN(from) ? null : { from, to: endOf(e.value) }
}

const startOf = (iso: string): number => Date.parse(iso)
/** Fractions of a millisecond count as a whole one. */
const endOf = (iso: string): number => Date.parse(iso) + (/\.\d{3}\d*[1-9]/.test(iso) ? 1 : 0)

function partsOfWalks({ from, to, filter, steps, exclusions, order }: Walks): Part[] {
  const range: Part = { names: null, from: startOf(from), to: endOf(to) }
  const named = [...steps, ...exclusions].map(({ event }) => event)
  const known = named.filter((name) => name !== null)
  // of strict walks, any event in between counts
  const names = order === 'strict' || known.length < named.length ? null : new Set(known)
  return [
    both({ ...range, names }, restriction(filter, 'events', null)),
    ...steps.flatMap(({ first }) =>
      first ? [both({ ...range, from: -Infinity }, restriction(first, 'events', null))] : [],
    ),
  ]
}
