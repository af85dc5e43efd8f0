/**
 * The rows that arrays are walked as. An element is JSON; where every expression that reads it wants the text, the rows have
 * that, and those of a document have what they are made of.
 */
import type { LambdaFunction } from '../../tree/language.ts'
import { DOCUMENT_ROWS } from './functions/json.ts'
import { GIVING_ELEMENTS, UNNUMBERED } from './functions/lambdas.ts'
import { type Elements, type Expr, mapChildren, mapSelect, type Select } from './physical.ts'

/** The type of a column `value_1` and so on. */
export type ElementType = 'jsonb' | 'text' | 'float8'

export interface Walk {
  readonly types: readonly ElementType[]
  readonly isNumbered: boolean
  /** The only array is made of the rows of this document: it need not be made. */
  readonly document?: { readonly fn: string; readonly of: Expr }
}

/** What a text becomes where JSON is read as a value. */
const CASTS: ReadonlyMap<string, string> = new Map([
  ['jsonToText', ''],
  ['jsonToFloat', '::float8'],
  ['jsonToBoolean', '::boolean'],
  ['jsonToInstant', '::timestamptz'],
])

/** How arrays are walked whose elements `readers` read as columns of `alias`; `fn` is what walks them, if it is no source. */
export function walkOf(
  { arrays, alias }: Pick<Elements, 'arrays' | 'alias'>,
  readers: Expr | Select,
  fn?: LambdaFunction,
): Walk {
  const reads = readsOf(readers, alias)
  const isNumbered = (fn !== undefined && !UNNUMBERED.has(fn)) || reads.has('index')
  const [array, ...others] = arrays
  if (array?.kind === 'function' && others.length === 0 && fn !== 'arrayFold') {
    const [of] = array.args
    const rows = DOCUMENT_ROWS.get(array.fn)
    if (of && rows) return { types: [rows.type], isNumbered, document: { fn: array.fn, of } }
  }
  const isGiven = fn !== undefined && GIVING_ELEMENTS.has(fn)
  const typeOf = (name: string): ElementType => {
    const ways = [...(reads.get(name) ?? [])]
    // an element that is given must be known to be a text
    const isText = isGiven && name === 'value_1' ? ways.length > 0 && ways.every(isOfText) : !ways.includes(ITSELF)
    return isText ? 'text' : 'jsonb'
  }
  return { types: arrays.map((_, i) => typeOf(`value_${i + 1}`)), isNumbered }
}

const isOfText = (way: string): boolean => way === 'jsonToText'
const ITSELF = ''

/** The columns of the alias that are read, each with the functions that it is read by. */
function readsOf(readers: Expr | Select, alias: string): ReadonlyMap<string, ReadonlySet<string>> {
  const reads = new Map<string, Set<string>>()
  const add = (name: string, way: string) => reads.set(name, (reads.get(name) ?? new Set()).add(way))
  const visit = (e: Expr): Expr => {
    const [of] = e.kind === 'function' && CASTS.has(e.fn) ? e.args : []
    if (e.kind === 'column' && e.table === alias) add(e.name, ITSELF)
    else if (e.kind === 'function' && of?.kind === 'column' && of.table === alias) add(of.name, e.fn)
    else mapChildren(e, visit, visitQuery)
    return e
  }
  const visitQuery = (query: Select): Select => mapSelect(query, visit, visitQuery)
  if (readers.kind === 'select') visitQuery(readers)
  else visit(readers)
  return reads
}

/** A source with a row for each element: columns `value_1` and so on, `index` if it is numbered. */
export function elementRows(walk: Walk, texts: readonly string[], alias: string): string {
  const rows = walk.document && DOCUMENT_ROWS.get(walk.document.fn)
  if (rows) {
    const index = walk.isNumbered ? ', row_number() over () as "index"' : ''
    return `(select ${rows.item} as "value_1"${index} from ${rows.from(texts.join(''))}) as ${alias}`
  }
  const each = texts.map((text, i) => `jsonb_array_elements${walk.types[i] === 'text' ? '_text' : ''}(${text})`)
  const names = texts.map((_, i) => `"value_${i + 1}"`)
  return `rows from (${each.join(', ')}) with ordinality as ${alias}(${names.join(', ')}, "index")`
}

/** The element, of which `column` is the text, as JSON. */
export const asJson = (column: string, type: ElementType | undefined): string =>
  type === undefined || type === 'jsonb' ? column : `to_jsonb(${column})`

/** What the function makes of the element; undefined where it takes JSON. */
export function readAs(fn: string, column: string, type: ElementType | undefined): string | undefined {
  const cast = CASTS.get(fn)
  if (cast === undefined || type === undefined || type === 'jsonb') return undefined
  return type === 'text' ? `${column}${cast}` : cast === `::${type}` ? column : undefined
}
