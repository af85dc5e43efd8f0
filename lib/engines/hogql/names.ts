/** What columns are called in HogQL, and which of them are never null. */
import type { PlainAst, PlainQueryAst } from '../../hogql/syntax.ts'
import type { PropertyTypes } from '../../plan/filter.ts'
import type { Column, Expr, PropertyRead } from '../../tree/expr.ts'
import type { Select } from '../../tree/relation.ts'
import { GROUP_OWNERS } from '../../tree/types.ts'

/** Columns of a source: can they be null? */
export type Columns = ReadonlyMap<string, boolean>
export interface NamedSource {
  /** A table of the catalog, or a source whose columns are known. */
  readonly kind: 'events' | 'persons' | 'groups' | 'distinctIds' | 'numbers' | 'columns'
  readonly columns: Columns
  /** Its columns are named with its alias. */
  readonly qualified: boolean
  /** Of a left join: a row may have none of it. */
  readonly isOptional: boolean
}
/** What is known where an expression stands. */
export interface Names {
  readonly types: PropertyTypes
  readonly sources: ReadonlyMap<string, NamedSource>
  readonly commonTables: ReadonlyMap<string, Columns>
  readonly query: (select: Select, names: Names) => { readonly ast: PlainQueryAst; readonly columns: Columns }
}

/** Names that an event has, so that no alias may hide them. */
export const EVENT_NAMES: readonly string[] = [
  'event',
  'timestamp',
  'distinct_id',
  'uuid',
  'person_id',
  'properties',
  'person',
  'session',
  '$session_id',
  'elements_chain',
  ...GROUP_OWNERS,
]
const NEVER_NULL: readonly string[] = [
  'event',
  'timestamp',
  'distinct_id',
  'uuid',
  'person_id',
  'id',
  'number',
  'created_at',
]
/** Ids that are texts in HogQL, '' for none. */
const TEXT_IDS: readonly string[] = ['$session_id', ...GROUP_OWNERS.map((group) => `$${group}`)]

export const field = (...chain: string[]): PlainAst => ({ kind: 'field', chain, at: 0 })

/** What lambdas call the elements that they are called with, and what a fold gave before. */
export const lambdaName = (alias: string, column: string): string =>
  `${column.replace('value_', 'x')}_${alias.replace(/\D/g, '')}`
const isLambda = (alias: string): boolean => /^each_\d+ $/.test(alias)

export function columnName({ table, name }: Column, { sources }: Names): PlainAst {
  if (table === 'element') return field('element')
  if (isLambda(table)) return field(lambdaName(table, name))
  const source = sources.get(table)
  if (source?.kind === 'groups' && name === 'id') return field(table, 'key')
  if (source?.kind === 'numbers') return field(table, 'number')
  // of the row that a row of the table leads to
  const names = source?.kind === 'columns' ? [name] : name.split('.')
  return source?.qualified === false ? field(...names) : field(table, ...names)
}

/** An id that is its own text: of a session, or the key of a group. */
export function isTextId(e: Expr, { sources }: Names): boolean {
  if (e.kind !== 'column') return false
  const kind = sources.get(e.table)?.kind
  return (kind === 'events' && TEXT_IDS.includes(e.name)) || (kind === 'groups' && e.name === 'id')
}

/** What is made of an id that is its own text, which it is already: '' where there is none. */
export const SAME_TEXT: readonly string[] = ['toText', 'coalesce']

/** The object that holds a property, and the property itself. */
export function propertyChain({ table, of, key }: PropertyRead, { sources }: Names) {
  const source = sources.get(table)
  const prefix = source?.qualified === false ? [] : [table]
  const isOwn = source?.kind !== 'events' || of === 'event'
  const owner = isOwn ? [] : [of]
  return { owner: [...prefix, ...owner, ...(of === 'session' ? [] : ['properties'])], key }
}

/** Can the value never be null? False if it is not known. */
export function isNeverNull(e: Expr, names: Names): boolean {
  const all = (args: readonly Expr[]) => args.every((arg) => isNeverNull(arg, names))
  switch (e.kind) {
    case 'value':
      return e.value !== null
    case 'column': {
      if (e.table === 'element' || isTextId(e, names)) return true
      const source = names.sources.get(e.table)
      if (source?.columns.has(e.name)) return source.columns.get(e.name) === false
      return source?.kind !== 'columns' && source?.isOptional !== true && NEVER_NULL.includes(e.name)
    }
    case 'call':
      if (e.fn === 'coalesce') return e.args.some((arg) => isNeverNull(arg, names))
      return ALWAYS.includes(e.fn) || (SAME.includes(e.fn) && all(e.args))
    case 'list':
    case 'isNull':
    case 'inCohort':
    case 'anyElement':
    case 'breakdownKey':
    case 'actorCell':
      return true
    case 'window':
      return e.fn !== 'lead' && e.fn !== 'lag' && (e.of === null || isNeverNull(e.of, names))
    case 'aggregate':
      return NEVER_NULL_AGGREGATES.includes(e.fn)
    case 'breakdownText':
      return isNeverNull(e.key, names)
    case 'replaceMatches':
    case 'patternCall':
      return isNeverNull(e.expr, names)
    case 'compare':
      return all([e.left, e.right])
    case 'and':
    case 'or':
      return all(e.args)
    case 'not':
      return isNeverNull(e.arg, names)
    case 'in':
    case 'match':
    case 'inQuery':
      return isNeverNull(e.expr, names)
    case 'if':
      return all([e.whenTrue, e.whenFalse])
    default:
      return false
  }
}

const NEVER_NULL_AGGREGATES: readonly string[] = ['count', 'uniq', 'groupArray', 'groupUniqArray', 'groupConcat']
const ALWAYS: readonly string[] = [
  'countAll',
  'countDistinct',
  'idSet',
  'members',
  'texts',
  'trimUrl',
  'textsJson',
  'bucketIndex',
  'bucketIndexes',
]
/** Null only where an argument is. */
const SAME: readonly string[] = [
  'toFloat',
  'toText',
  'add',
  'subtract',
  'multiply',
  'lower',
  'upper',
  'trim',
  'length',
  'concat',
  'boundedConcat',
  'byCodePoint',
  'startsWith',
  'endsWith',
  'wholeLike',
  'wholeIlike',
  'booleanNumber',
  'numberText',
  'secondsBetween',
  'startOf',
  'datePart',
  'dateDiff',
  'hasBit',
  'intersection',
  'setSize',
  'instantText',
]
