/** The schema of a relation: the names and types of its columns, derived from the catalog and from expressions. */
import { assert } from '../core/assert.ts'
import type { Call, Expr } from '../tree/expr.ts'
import type { SqlFunction } from '../tree/functions.ts'
import type { FunctionResult } from '../tree/language/results.ts'
import {
  AGGREGATE_FUNCTIONS,
  LAMBDA_FUNCTIONS,
  LANGUAGE_FUNCTIONS,
  PATTERN_FUNCTIONS,
  WINDOW_FUNCTIONS,
} from '../tree/language.ts'
import type { Select, Source, Walks } from '../tree/relation.ts'
import type { ColumnType } from '../tree/types.ts'
import { walkColumns } from '../tree/walk-columns.ts'
import { catalogTable } from './catalog.ts'

/** `numbers`: a list of them. `ids`: a set of them. `json`: an object. */
export type DataType = ColumnType | 'numbers' | 'ids' | 'json'
/** Types by the name of the column, in the order of the columns. */
export type Schema = ReadonlyMap<string, DataType>

/** `argument`: the type of the first argument that is not the constant null; `element`: that of an element of the first one. */
type ResultType = DataType | 'argument' | 'element'

const RESULTS: { readonly [F in SqlFunction]: ResultType } = {
  countAll: 'int',
  countDistinct: 'int',
  sum: 'float',
  avg: 'float',
  numberSum: 'float',
  numberAvg: 'float',
  min: 'argument',
  max: 'argument',
  quantile: 'float',
  coalesce: 'argument',
  nullIf: 'argument',
  greatest: 'argument',
  least: 'argument',
  add: 'argument',
  subtract: 'argument',
  multiply: 'argument',
  divide: 'float',
  numberAdd: 'float',
  numberSubtract: 'float',
  numberMultiply: 'float',
  numberDivide: 'float',
  numberModulo: 'float',
  negate: 'float',
  abs: 'float',
  floor: 'float',
  ceil: 'float',
  truncate: 'float',
  sqrt: 'float',
  power: 'float',
  round: 'float',
  cubeRoot: 'float',
  lower: 'text',
  upper: 'text',
  trim: 'text',
  trimEnd: 'text',
  trimUrl: 'text',
  length: 'float',
  concat: 'text',
  boundedConcat: 'text',
  replaceAll: 'text',
  substring: 'text',
  left: 'text',
  position: 'float',
  byCodePoint: 'text',
  startsWith: 'boolean',
  endsWith: 'boolean',
  wholeLike: 'boolean',
  wholeIlike: 'boolean',
  parseNumber: 'float',
  parseWhole: 'float',
  parseBoolean: 'boolean',
  parseInstant: 'instant',
  whole: 'float',
  booleanNumber: 'float',
  numberText: 'text',
  toFloat: 'float',
  toText: 'text',
  secondsBetween: 'float',
  startOf: 'instant',
  datePart: 'float',
  dateDiff: 'float',
  dateAdd: 'instant',
  epoch: 'float',
  fromEpoch: 'instant',
  instantText: 'text',
  jsonText: 'text',
  bin: 'text',
  idSet: 'ids',
  intersection: 'ids',
  setSize: 'int',
  numberList: 'numbers',
  sortedNumbers: 'numbers',
  hasNumber: 'boolean',
  members: 'int',
  texts: 'texts',
  textsJson: 'text',
  element: 'element',
  hasBit: 'boolean',
  bucketIndex: 'int',
  bucketIndexes: 'int',
}

/** What a query sees: the schemas of its sources by alias, and of common tables by name, its own and those around it. */
interface Sight {
  readonly sources: ReadonlyMap<string, Schema>
  readonly commons: ReadonlyMap<string, Schema>
}
const NOTHING: Sight = { sources: new Map(), commons: new Map() }

/** The columns of a select. */
export const schemaOf = (select: Select): Schema => selectSchema(select, NOTHING)

/** The columns of the relations that only an engine can carry out, of numbers and of tables of the catalog. */
export const sourceSchema = (source: Source): Schema => columnsOf(source, NOTHING)

function selectSchema(select: Select, around: Sight): Schema {
  const commons = new Map(around.commons)
  for (const { name, query } of select.with ?? []) commons.set(name, selectSchema(query, { ...around, commons }))
  const sources = new Map(around.sources)
  for (const source of [select.from, ...(select.joins ?? []).map((join) => join.source)])
    sources.set(source.alias, columnsOf(source, { sources, commons }))
  return new Map(select.columns.map(({ expr, as }) => [as, typeOf(expr, { sources, commons })]))
}

function columnsOf(source: Source, sight: Sight): Schema {
  switch (source.kind) {
    case 'table': {
      const table = catalogTable(source.name)
      assert(table, `${source.name} is no table of the catalog`)
      return table.columns
    }
    case 'common': {
      const schema = sight.commons.get(source.name)
      assert(schema, `${source.name} is no common table`)
      return schema
    }
    case 'query':
      return selectSchema(source.query, sight)
    case 'union': {
      const [first] = source.queries
      return first ? selectSchema(first, sight) : new Map()
    }
    case 'buckets':
      return new Map<string, DataType>([['bucket', 'int'], ...selectSchema(source.each, sight)])
    case 'indexes':
      return new Map([['index', 'int']])
    case 'elements':
      return new Map<string, DataType>([
        ...source.arrays.map((_, i) => [`value_${i + 1}`, 'json'] as const),
        ['index', 'int'],
      ])
    case 'keyTexts':
      return new Map([
        ['key', 'text'],
        ['text', 'text'],
      ])
    case 'propertyPairs':
      return new Map([
        ['key', 'text'],
        ['value', 'text'],
      ])
    case 'walks':
      return walksSchema(source, sight)
    default:
      return source satisfies never
  }
}

/** The expressions of walks read `events`. */
function walksSchema(walks: Walks, sight: Sight): Schema {
  const events = catalogTable('events')?.columns ?? new Map()
  const actor = typeOf(walks.actor, { ...sight, sources: new Map([...sight.sources, ['events', events]]) })
  const types: Readonly<Record<string, DataType>> = { actor, value: 'text', times: 'numbers' }
  return new Map(walkColumns(walks).map((name) => [name, types[name] ?? 'int']))
}

function typeOf(e: Expr, sight: Sight): DataType {
  switch (e.kind) {
    case 'value':
    case 'property':
      return e.type
    case 'list':
      return e.type === 'text' ? 'texts' : 'numbers'
    case 'column': {
      const type = sight.sources.get(e.table)?.get(e.name)
      assert(type, `${e.table} has no column ${e.name}`)
      return type
    }
    case 'call':
      return resultType(e, sight)
    case 'compare':
    case 'in':
    case 'match':
    case 'anyElement':
    case 'and':
    case 'or':
    case 'not':
    case 'isNull':
    case 'inCohort':
    case 'inQuery':
      return 'boolean'
    case 'if':
      return typeOf(isNothing(e.whenTrue) ? e.whenFalse : e.whenTrue, sight)
    case 'window':
      return e.of ? typeOf(e.of, sight) : 'int'
    case 'function':
      return given(LANGUAGE_FUNCTIONS[e.fn], e.args, sight)
    case 'aggregate':
      return given(AGGREGATE_FUNCTIONS[e.fn], e.args, sight)
    case 'windowFunction':
      return given(WINDOW_FUNCTIONS[e.fn], e.args, sight)
    case 'lambda':
      return LAMBDA_FUNCTIONS[e.fn]
    case 'patternCall':
      return PATTERN_FUNCTIONS[e.fn]
    case 'latestBefore':
    case 'breakdownKey':
      return typeOf(e.of, sight)
    case 'breakdownText':
    case 'replaceMatches':
      return 'text'
    case 'bucketFrom':
    case 'bucketTo':
      return 'instant'
    case 'scalarQuery': {
      const [type] = selectSchema(e.query, sight).values()
      assert(type, 'a scalar query has a column')
      return type
    }
    case 'actorCell':
      return 'json'
    default:
      return e satisfies never
  }
}

function given(result: FunctionResult, [first]: readonly Expr[], sight: Sight): DataType {
  if (result !== 'argument') return result
  assert(first, 'what is given is the argument')
  return typeOf(first, sight)
}

const isNothing = (e: Expr) => e.kind === 'value' && e.value === null

function resultType({ fn, args }: Call, sight: Sight): DataType {
  const result = RESULTS[fn]
  if (result !== 'argument' && result !== 'element') return result
  const decisive = args.find((arg) => !isNothing(arg)) ?? args[0]
  assert(decisive, `${fn} has arguments`)
  const type = typeOf(decisive, sight)
  if (result === 'argument') return type
  return type === 'texts' ? 'text' : 'float'
}
