/** What holds for every statement: the second look at the guards that `lower.ts` gives to tables. */
import { assert } from '../../core/assert.ts'
import type { Expr, Join, Select, Source } from './physical.ts'
import { mapChildren, mapSelect } from './physical.ts'

/** Functions that read tables: their first argument says of which project. */
const READING: ReadonlySet<string> = new Set(['personJson', 'groupJson'])
/** Functions of their arguments alone. */
const PLAIN: ReadonlySet<string> = new Set(['json_texts', 'funnel_walk', 'funnel_walk_unordered', 'funnel_entries'])

/**
 * Throws if a table of the database stands anywhere without the condition that its rows are of the project, in a place where
 * the condition is one on the rows of the table: not behind FROM or in the condition of a join that keeps rows in spite of it.
 */
export function checkGuards(query: Select, projectId: number): void {
  const select = (of: Select): Select => {
    const joins = of.joins ?? []
    const keepsAll = joins.some(({ right }) => right)
    source(of.from, keepsAll ? [] : conditions(of.where))
    for (const join of joins) joined(join)
    return mapSelect(of, expr, select)
  }
  const joined = ({ source: of, on, right }: Join): void => source(of, right ? [] : conditions(on))
  const source = (of: Source, holding: readonly Expr[]): void => {
    if (of.kind === 'stored') assert(holding.some(isOfProject(of.alias)), `${of.name} is read with its guard`)
    else if (of.kind === 'guarded') source(of.source, conditions(of.where))
    else if (of.kind === 'sessionRows') select(of.events)
    else if (of.kind === 'joined') {
      source(of.source, holding)
      for (const join of of.joins) joined(join)
    } else if (of.kind === 'function') reads(of.name, of.args)
    else assert(of.kind !== 'table', `${of.alias} is a table of the database`)
  }
  const isOfProject =
    (alias: string) =>
    (e: Expr): boolean =>
      e.kind === 'compare' && e.op === '=' && isColumn(e.left, alias, 'project') && isProject(e.right)
  const isProject = (e: Expr | undefined) => e?.kind === 'value' && e.type === 'int' && e.value === projectId
  const reads = (name: string, [project]: readonly Expr[]): void =>
    assert(PLAIN.has(name) || (READING.has(name) && isProject(project)), `${name} reads the project alone`)
  const expr = (e: Expr): Expr => {
    if (e.kind === 'native' && READING.has(e.fn)) reads(e.fn, e.args)
    return mapChildren(e, expr, select)
  }
  select(query)
}

const conditions = (e: Expr | undefined): readonly Expr[] => (e?.kind === 'and' ? e.args : e ? [e] : [])
const isColumn = (e: Expr, table: string, name: string) => e.kind === 'column' && e.table === table && e.name === name
