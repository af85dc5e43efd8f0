/**
 * Whom a condition on persons holds for, found once a statement: it is the same for all of whom neither a row of `persons` nor
 * a cohort says anything, and the others are looked at one by one.
 */
import { column, common, value } from '../../../tree/build.ts'
import {
  and,
  call,
  compare,
  type Expr,
  type Join,
  mapChildren,
  mapSelect,
  native,
  type Select,
  type Source,
} from '../physical.ts'

/** A condition on the persons of events. */
export interface PersonalTest {
  readonly condition: Expr
  /** The alias of the events whose column `person` the condition and the join read. */
  readonly events: string
  /** What the persons are read from. */
  readonly join: Join | null
}

/** Who passes a test. */
export interface Passing {
  /** Does the person pass? */
  readonly person: (id: Expr) => Expr
  /** Those of a set that pass. */
  readonly members: (set: Expr) => Expr
}

/** Nobody has this number. */
const NOBODY = value(-2, 'int')

/** Who passes, of a common table of the name that is a query of `exceptionsOf`. */
export function passingOf(name: string): Passing {
  const of = (expr: Expr): Select => ({ kind: 'select', columns: [{ expr, as: 'it' }], from: common(name) })
  const [ids, passes] = [column(name, 'ids'), column(name, 'passes')]
  const others: Expr = { kind: 'scalarQuery', query: of(passes) }
  const exceptions: Expr = { kind: 'scalarQuery', query: of(ids) }
  return {
    person: (id) =>
      compare({ kind: 'inQuery', expr: id, query: of(call('members', ids)), isLarge: true }, '!=', others),
    members: (set) => ({
      kind: 'if',
      condition: others,
      whenTrue: native('without', set, exceptions),
      whenFalse: call('intersection', set, exceptions),
    }),
  }
}

/**
 * One row: `passes`, whether the condition holds for somebody of whom nothing is known, and `ids`, the set of those of whom
 * that is not true.
 */
export function exceptionsOf({ condition, events, join }: PersonalTest): Select {
  const holds = call('coalesce', condition, value(false, 'boolean'))
  const joins = join ? [join] : []
  const person = column(events, 'person')
  const those = (query: Select): Source => ({ kind: 'query', alias: events, query })
  const isException = (of: Expr) => compare(of, '!=', { kind: 'scalarQuery', query: passesOfNobody })
  const nobody: Select = {
    kind: 'select',
    columns: [{ expr: holds, as: 'passes' }],
    from: those({
      kind: 'select',
      columns: [{ expr: NOBODY, as: 'person' }],
      from: { kind: 'indexes', count: 1, alias: 'one' },
    }),
    joins,
  }
  const ofMembers = membershipsIn(condition, events).map(
    (members): Select => ({
      kind: 'select',
      columns: [{ expr: person, as: 'person' }],
      from: those(members),
      joins,
      where: isException(holds),
    }),
  )
  return {
    kind: 'select',
    with: [{ name: 'nobody', query: nobody }],
    columns: [
      { expr: call('idSet', column('exception', 'person')), as: 'ids' },
      { expr: { kind: 'scalarQuery', query: passesOfNobody }, as: 'passes' },
    ],
    from: { kind: 'union', alias: 'exception', queries: [...(join ? [ofPersons(join)] : []), ...ofMembers] },
  }

  /** A condition that reads no more of `persons` than the row of a person is true of the row alone. */
  function ofPersons({ source, on }: Join): Select {
    const id = column(source.alias, 'id')
    const ofRow = (e: Expr): Expr =>
      isColumn(e, events, 'person') ? id : mapChildren(e, ofRow, (query) => mapSelect(query, ofRow, (inside) => inside))
    return {
      kind: 'select',
      columns: [{ expr: id, as: 'person' }],
      from: source,
      where: and(ofRow(on), isException(ofRow(holds))),
    }
  }
}

const passesOfNobody: Select = {
  kind: 'select',
  columns: [{ expr: column('nobody', 'passes'), as: 'passes' }],
  from: common('nobody'),
}

const isColumn = (e: Expr, table: string, name: string) => e.kind === 'column' && e.table === table && e.name === name

/** Is it a query for the row that says that the person of an event is in a cohort? */
export const isMembership = ({ from, joins, where }: Select, events: string): boolean =>
  from.kind === 'stored' &&
  from.name === 'cohort_people' &&
  !joins &&
  where?.kind === 'and' &&
  where.args.filter((test) => isOfPerson(test, events)).length === 1 &&
  where.args.every((test) => isOfPerson(test, events) || isOfCohort(test, from.alias))

const isOfPerson = (test: Expr, events: string) =>
  test.kind === 'compare' && test.op === '=' && isColumn(test.right, events, 'person')

const isOfCohort = (test: Expr, members: string) =>
  test.kind === 'compare' && test.left.kind === 'column' && test.left.table === members && test.right.kind === 'value'

/** The members of each cohort that a condition names: column `person`. */
function membershipsIn(condition: Expr, events: string): Select[] {
  const found = new Map<string, Select>()
  const visit = (e: Expr): Expr => {
    if (e.kind === 'exists' && e.query.where?.kind === 'and') {
      const where = and(...e.query.where.args.filter((test) => !isOfPerson(test, events)))
      found.set(JSON.stringify(where), { ...e.query, where })
    }
    return mapChildren(e, visit)
  }
  visit(condition)
  return [...found.values()]
}
