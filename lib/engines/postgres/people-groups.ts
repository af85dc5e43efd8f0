/**
 * Events that are grouped by what their persons are: those of one person are counted first, so that each person is read once
 * rather than for each of its events.
 */
import { column, table } from '../../tree/build.ts'
import { call, compare, type Expr, mapChildren, type Select, type SelectColumn, type Source, some } from './physical.ts'

const EACH = 'each_person'
const PEOPLE = 'people'

/** What a grouped select gives for each group, and what groups are made by. */
export interface Grouped {
  readonly columns: readonly SelectColumn[]
  readonly groupBy: readonly Expr[]
}

/** The rows of a grouped select of events; undefined where its aggregates are not made of those of single persons. */
export function groupsOfPeople(
  rows: Omit<Select, 'columns' | 'groupBy'>,
  { columns, groupBy }: Grouped,
): Source | undefined {
  const { from, joins = [], where } = rows
  if (from.kind !== 'table' || from.name !== 'events' || joins.length > 0) return undefined
  const events = from.alias
  const isPerson = (e: Expr) => e.kind === 'column' && e.table === events && e.name === 'person_id'
  const isOfPerson = (e: Expr) =>
    (e.kind === 'property' && e.table === events && e.of === 'person') ||
    (e.kind === 'column' && e.table === events && e.name.startsWith('person.'))
  const isOfEvent = (e: Expr) => (e.kind === 'property' || e.kind === 'column') && !isOfPerson(e)
  const ofPeople = groupBy.filter((key) => some(key, isOfPerson))
  const others = groupBy.filter((key) => !ofPeople.includes(key))
  if (ofPeople.length === 0 || ofPeople.some((key) => some(key, isOfEvent))) return undefined
  // in a bucket there are few events of a person
  if (where && some(where, (e) => isOfPerson(e) || e.kind === 'bucketFrom')) return undefined
  const inner: SelectColumn[] = [{ expr: column(events, 'person_id'), as: 'person' }]
  const outer: SelectColumn[] = []
  const keys = new Map<Expr, Expr>()
  for (const { expr, as } of columns) {
    const known = ofPeople.includes(expr) ? ofPeopleRow(expr, isOfPerson) : undefined
    if (known) {
      keys.set(expr, known)
      outer.push({ expr: known, as })
      continue
    }
    const own = column(EACH, as)
    const whole = others.includes(expr)
      ? own
      : isCountOf(expr, isPerson)
        ? call('countDistinct', column(EACH, 'person'))
        : combined(expr, own)
    if (!whole || (!others.includes(expr) && some(expr, isOfPerson))) return undefined
    if (others.includes(expr)) keys.set(expr, own)
    if (!isCountOf(expr, isPerson)) inner.push({ expr, as })
    outer.push({ expr: whole, as })
  }
  const query: Select = {
    kind: 'select',
    columns: outer,
    from: {
      kind: 'query',
      alias: EACH,
      query: { ...rows, columns: inner, groupBy: [column(events, 'person_id'), ...others] },
    },
    joins: [
      { source: table('persons', PEOPLE), on: compare(column(PEOPLE, 'id'), '=', column(EACH, 'person')), left: true },
    ],
    groupBy: groupBy.map((key) => keys.get(key) ?? key),
  }
  return { kind: 'query', alias: 'grouped', query }
}

/** What is read of an event's person, read of the person's own row. */
function ofPeopleRow(e: Expr, isOfPerson: (e: Expr) => boolean): Expr {
  if (e.kind === 'property' && isOfPerson(e)) return { ...e, table: PEOPLE }
  if (e.kind === 'column' && isOfPerson(e)) return column(PEOPLE, e.name.slice('person.'.length))
  return mapChildren(e, (child) => ofPeopleRow(child, isOfPerson))
}

/** How many persons there are. */
function isCountOf(e: Expr, isPerson: (e: Expr) => boolean): boolean {
  const [of, ...more] = e.kind === 'call' || e.kind === 'aggregate' ? e.args : []
  if (!of || more.length > 0 || !isPerson(of)) return false
  if (e.kind === 'call') return e.fn === 'countDistinct'
  return e.kind === 'aggregate' && e.fn === 'uniq' && !e.filter
}

/** An aggregate of all events, made of those of each person. */
function combined(e: Expr, own: Expr): Expr | undefined {
  if (e.kind === 'call') {
    if (e.fn === 'countAll') return call('sum', own)
    return e.fn === 'min' || e.fn === 'max' ? call(e.fn, own) : undefined
  }
  return e.kind === 'aggregate' && e.fn === 'count' && !e.distinct ? call('sum', own) : undefined
}
