/** What can be kept of the rows that a query gives for a bucket: rows that only events of the bucket decide. */
import { column } from '../../../tree/build.ts'
import {
  and,
  children,
  compare,
  type Expr,
  type KeptColumn,
  type KeptSeries,
  type KeptType,
  mapChildren,
  mapSelect,
  or,
  type Select,
  type Source,
  some,
} from '../physical.ts'
import { type BucketParts, partsOf } from './parts.ts'

/** The rows of a query for a range, as they are kept. */
type KeptRows = Pick<KeptSeries, 'query' | 'columns'>

export interface BucketShape extends KeptRows {
  readonly parts: BucketParts | null
}

/** undefined: the rows depend on more than the events of the bucket, or are of a kind that is computed whole. */
export function bucketShape(each: Select): BucketShape | undefined {
  if (!readsEventsAlone(each)) return undefined
  const columns = keptColumns(each)
  if (!columns) return undefined
  return { query: each, columns, parts: partsOf(each, columns) }
}

export const STORED: ReadonlySet<string> = new Set(['events', 'dictionary'])
const LOOKED_UP: ReadonlySet<string> = new Set(['dictionary'])
/** What is random is another value each time, as what is made of the time is. */
const RANDOM: ReadonlySet<string> = new Set(['rand', 'soon'])
const READING: ReadonlySet<string> = new Set(['personJson', 'groupJson'])

/**
 * Do the rows depend on nothing but events, and the texts that those hold as numbers? What an expression looks up is such a
 * text: a query inside of one may read events of another range.
 */
export function readsEventsAlone(select: Select, mayLookUp = LOOKED_UP): boolean {
  let isPure = true
  const reading = (tables: ReadonlySet<string>) => {
    const query = (of: Select): Select => {
      const sources = [of.from, ...(of.joins ?? []).map(({ source }) => source)]
      if (!sources.every((source) => isKnown(source, tables))) isPure = false
      return mapSelect(of, expr, query)
    }
    return query
  }
  const lookUp = reading(mayLookUp)
  const expr = (e: Expr): Expr => {
    const fn = 'fn' in e ? String(e.fn) : ''
    if (e.kind === 'value' && e.ofNow) isPure = false
    if (RANDOM.has(fn) || READING.has(fn) || e.kind === 'inCohort' || e.kind === 'actorCell') isPure = false
    return mapChildren(e, expr, (query) => lookUp(query))
  }
  reading(STORED)(select)
  return isPure
}

const KNOWN: readonly Source['kind'][] = ['query', 'union', 'common', 'lateral']
const isKnown = (source: Source, tables: ReadonlySet<string>): boolean =>
  KNOWN.includes(source.kind) || (source.kind === 'stored' && tables.has(source.name))

/** Quantiles are computed whole (docs/performance.md). */
export const isQuantile = (select: Select): boolean =>
  select.columns.some(({ expr }) => some(expr, (e) => e.kind === 'call' && e.fn === 'quantile')) ||
  (select.from.kind === 'query' && isQuantile(select.from.query))

function keptColumns(each: Select): KeptColumn[] | undefined {
  const columns = each.columns.map(({ expr, as }): KeptColumn | undefined => {
    const type = typeOf(expr, each.from)
    return type && { name: as, type }
  })
  const known = columns.filter((one) => one !== undefined)
  const count = (type: KeptType) => known.filter((one) => one.type === type).length
  const isPlaced = count('int') + count('set') <= 2 && count('text') + count('texts') <= 1 && count('float') <= 2
  const isRow = count('set') === 0 || known.length === 1
  return known.length === columns.length && isPlaced && isRow ? known : undefined
}

/** undefined: a type that is not kept. */
function typeOf(e: Expr, from: Source): KeptType | undefined {
  switch (e.kind) {
    case 'value':
      return e.type === 'text' || e.type === 'int' || e.type === 'float' ? e.type : undefined
    case 'column':
      return from.kind === 'query'
        ? typeOfNamed(e.name, from.query)
        : from.kind === 'stored'
          ? ofEvents(e.name)
          : undefined
    case 'jsonRead':
      return e.type === 'text' || e.type === 'float' ? e.type : undefined
    case 'call':
      return ofCall(e.fn, e.args, from)
    case 'scalarQuery':
      return typeOfText(e.query)
    default:
      return undefined
  }
}

function ofCall(fn: string, args: readonly Expr[], from: Source): KeptType | undefined {
  const [first] = args
  switch (fn) {
    case 'countAll':
    case 'toFloat':
    case 'numberSum':
    case 'numberAvg':
    case 'avg':
      return 'float'
    case 'idSet':
      return 'set'
    case 'texts':
      return 'texts'
    case 'trimUrl':
      return 'text'
    case 'setSize':
      return 'int'
    case 'sum':
    case 'min':
    case 'max':
    case 'nullIf':
    case 'coalesce':
      return first && typeOf(first, from)
    default:
      return undefined
  }
}

/** The text that is looked up for a number. */
const typeOfText = ({ from, columns: [found] }: Select): KeptType | undefined =>
  from.kind === 'stored' && from.name === 'dictionary' && found?.expr.kind === 'column' && found.expr.name === 'value'
    ? 'text'
    : undefined

const typeOfNamed = (name: string, query: Select): KeptType | undefined => {
  const found = query.columns.find(({ as }) => as === name)
  return found && typeOf(found.expr, query.from)
}

const ofEvents = (name: string): KeptType | undefined =>
  /^(person|distinct_id|session|group_\d|event|slot_\d)$/.test(name) ? 'int' : undefined

const isEventColumn = (e: Expr) => e.kind === 'column' && e.table === 'events' && e.name === 'event'
const onVersions = (e: Expr): Expr => (isEventColumn(e) ? column('versions', 'event') : mapChildren(e, onVersions))

/**
 * Conditions on event names, as column `event` of `versions`: one holds for each event that the query reads; null: any may be
 * read.
 */
export function eventsRead(select: Select): Expr[] | null {
  const found: (Expr | null)[] = []
  const query = (of: Select): Select => {
    if (of.from.kind === 'stored' && of.from.name === 'events') found.push(of.where ? namesIn(of.where) : null)
    return mapSelect(of, expr, query)
  }
  const expr = (e: Expr): Expr => mapChildren(e, expr, query)
  query(select)
  const names = found.filter((one) => one !== null)
  if (names.length < found.length) return null
  return [...new Map(names.flatMap(alternatives).map((name) => [JSON.stringify(name), name])).values()]
}

const alternatives = (e: Expr): readonly Expr[] => (e.kind === 'or' ? e.args.flatMap(alternatives) : [e])

function namesIn(e: Expr): Expr | null {
  if (e.kind === 'and') {
    const found = e.args.map(namesIn).filter((one) => one !== null)
    return found.length > 0 ? and(...found) : null
  }
  if (e.kind === 'or') {
    const found = e.args.map(namesIn)
    return found.every((one) => one !== null) ? or(...found) : null
  }
  if (e.kind === 'compare' && e.op === '=' && isEventColumn(e.left) && isConstant(e.right))
    return compare(column('versions', 'event'), '=', e.right)
  if ((e.kind === 'in' || e.kind === 'inQuery' || e.kind === 'inNumbers') && isEventColumn(e.expr)) return onVersions(e)
  return null
}

const isConstant = (e: Expr): boolean => e.kind !== 'column' && children(e).every(isConstant)
