/** Functions of JSON that read whole properties: `JSONExtractString(properties, 'plan')` (docs/hogql-values.md). */
import { call, value } from '../tree/build.ts'
import type { Expr, PropertyRead } from '../tree/expr.ts'
import type { Typed } from './rules.ts'
import type { Scope } from './scope.ts'
import type { PlainAst, PlainCall } from './syntax.ts'
import { invoke } from './values.ts'

/** A property of a row by its key, which is the second argument; the others lead on from there. */
interface Property {
  readonly text: PropertyRead
  readonly rest: readonly PlainAst[]
}

function propertyOf({ name, args: [whole, key, ...rest] }: PlainCall, scope: Scope): Property | undefined {
  if (!name.startsWith('JSON') || whole?.kind !== 'field' || whole.chain.at(-1) !== 'properties') return undefined
  if (key?.kind !== 'literal' || typeof key.value !== 'string') return undefined
  const field = scope.field([...whole.chain, key.value], whole.at)
  if (field?.kind === 'property' && !field.path)
    return { text: { kind: 'property', table: field.table, of: field.of, key: field.key, type: 'text' }, rest }
  const expr = field?.kind === 'column' ? field.typed.expr : undefined
  return expr?.kind === 'property' ? { text: { ...expr, type: 'text' }, rest } : undefined
}

/** What is read of one property by its key, as which it may be kept apart from the others. */
export function bindProperty(ast: PlainCall, scope: Scope): Typed | undefined {
  const read = READS.get(ast.name)
  const property = read && propertyOf(ast, scope)
  return property && property.rest.length === 0 ? read(property.text) : undefined
}

const number = (text: Expr): Expr => call('coalesce', call('parseNumber', text), value(0, 'float'))
const READS: ReadonlyMap<string, (text: Expr) => Typed> = new Map<string, (text: Expr) => Typed>([
  ['JSONExtractString', (text) => ({ expr: call('coalesce', text, value('', 'text')), type: 'text' })],
  ['JSONExtractFloat', (text) => ({ expr: number(text), type: 'float' })],
  ['JSONExtractInt', (text) => ({ expr: call('truncate', number(text)), type: 'float', number: 'Int64' })],
])

/** The arguments of a call over properties that are no column of the rows: the first is the JSON of one of them. */
export function propertyArguments(ast: PlainCall, scope: Scope, bind: (ast: PlainAst) => Typed) {
  const [whole] = ast.args
  const property = propertyOf(ast, scope)
  if (!property || (whole?.kind === 'field' && scope.field(whole.chain, whole.at))) return undefined
  const document: Typed = { expr: invoke('jsonDocument', property.text), type: 'properties' }
  return [document, ...property.rest.map(bind)]
}
