/** `walks` and `propertyPairs` in Postgres. */

import { common, sameColumns } from '../../tree/build.ts'
import type { Walks } from '../../tree/relation.ts'
import { walkColumns } from '../../tree/walk-columns.ts'
import type { EngineContext } from '../engine.ts'
import { countingPeople } from './counted-walks.ts'
import { probedEntries } from './entry-probes.ts'
import { keptWalks } from './kept-walks.ts'
import type { CommonTable, QuerySource, Select, Source } from './physical.ts'
import { probedWalks } from './probes.ts'
import { type StrategyContext, walkStrategy, walksOfDays } from './strategy.ts'
import { probedStrictly } from './strict-probes.ts'
import { windowedWalks } from './unordered-windows.ts'
import { scannedWalks } from './walk-scan.ts'

type WalksContext = StrategyContext & Pick<EngineContext, 'timezone'>

/**
 * A select without `walks` and `propertyPairs` of its own; those of its subqueries stay. A common table that is nothing
 * but walks becomes the tables that compute them; walks anywhere else are a subquery.
 */
export function expandWalks(select: Select, context: WalksContext): Select {
  const counting = countedWalks(select, context)
  if (counting) return counting
  const expand = (source: Source): Source => (source.kind === 'walks' ? subquery(source, context) : expandPairs(source))
  const expanded = {
    ...select,
    from: expand(select.from),
    ...(select.joins ? { joins: select.joins.map((join) => ({ ...join, source: expand(join.source) })) } : {}),
  }
  return select.with ? { ...expanded, with: expandTables(select.with, context) } : expanded
}

function countedWalks(select: Select, context: WalksContext): Select | undefined {
  const [table, ...others] = select.with ?? []
  const walks = table?.query.from
  if (!table || others.length > 0 || walks?.kind !== 'walks' || !isPlain(table.query, walkColumns(walks)))
    return undefined
  const kept = walksOfDays(walks, context)
  const query = kept && countingPeople(select, kept, table.name)
  return query ? { ...query, with: keptWalks(kept, table.name, context.timezone, { isCounted: true }) } : undefined
}

function expandTables(tables: readonly CommonTable[], context: WalksContext): CommonTable[] {
  const names = new Set(tables.map(({ name }) => name))
  return tables.flatMap((common) => {
    const { from } = common.query
    if (from.kind !== 'walks' || !isPlain(common.query, walkColumns(from))) return [common]
    const own = walkTables(from, common.name, context)
    const helpers = own.slice(0, -1).map(({ name }) => name)
    // names that are taken: it becomes a subquery, whose names are its own
    if (helpers.some((name) => names.has(name))) return [common]
    for (const name of helpers) names.add(name)
    return own
  })
}

/** Is the select all columns of all rows of its source? */
const isPlain = ({ columns, from, ...clauses }: Select, names: readonly string[]) =>
  'alias' in from &&
  Object.values(clauses).every((clause) => clause === undefined || clause === 'select') &&
  JSON.stringify(columns) === JSON.stringify(sameColumns(from.alias, names))

function subquery(walks: Walks, context: WalksContext): QuerySource {
  const tables = walkTables(walks, walks.alias, context)
  const query: Select = {
    kind: 'select',
    with: tables,
    columns: sameColumns(walks.alias, walkColumns(walks)),
    from: common(walks.alias),
  }
  return { kind: 'query', alias: walks.alias, query }
}

const expandPairs = (source: Source): Source =>
  source.kind === 'propertyPairs'
    ? { kind: 'function', name: 'json_texts', args: [source.of], alias: source.alias }
    : source

/** Tables that compute walks; the last is called `name` and has the columns of `walkColumns`. */
function walkTables(walks: Walks, name: string, context: WalksContext): CommonTable[] {
  const kept = walksOfDays(walks, context)
  if (kept) return keptWalks(kept, name, context.timezone)
  if (walkStrategy(walks, context) === 'scan') return scannedWalks(walks, name)
  if (walks.order === 'unordered') return windowedWalks(walks, name)
  if (walks.order === 'strict') return probedStrictly(walks, name)
  return walks.entries ? probedEntries(walks, walks.entries, name) : probedWalks(walks, name)
}
