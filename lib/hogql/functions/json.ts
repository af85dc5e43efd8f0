/** Functions of JSON texts, and of whole columns of properties (docs/hogql-values.md). */
import { call, compare, isNull, value } from '../../tree/build.ts'
import type { Expr } from '../../tree/expr.ts'
import type { LanguageFunction } from '../../tree/language.ts'
import { coerce, textOfJson } from '../coerce.ts'
import { orDefault } from '../elements.ts'
import {
  type BuildTyped,
  type FunctionContext,
  type FunctionRule,
  nullType,
  ofTyped,
  type Typed,
  type ValueInfo,
} from '../rules.ts'
import { type NamedType, namedType } from '../type-names.ts'
import { arrayOf, decode, invoke, tupleOf } from '../values.ts'

const MOST_STEPS = 20
const nothing: Typed = { expr: value(null, 'text'), type: 'null' }

/** A document, and its text if that may be null: what is read of it then is null, too. */
interface Document {
  readonly json: Expr
  readonly text?: Expr
}

function documentOf(of: Typed, context: FunctionContext): Document {
  if (of.type === 'properties') return { json: of.expr }
  const { expr } = textOfJson(of) ?? coerce(of, 'text', context)
  const mayBeNull = of.isNullable || of.type === 'null'
  return { json: invoke('jsonDocument', expr), ...(mayBeNull ? { text: expr } : {}) }
}

/** The part of a document that keys and places lead to. */
function partOf([of = nothing, ...steps]: readonly Typed[], context: FunctionContext): Document {
  const { json, text } = documentOf(of, context)
  const part = steps.reduce((found, step) => stepInto(found, step, context), json)
  return { json: part, ...(text ? { text } : {}) }
}

function stepInto(json: Expr, step: Typed, context: FunctionContext): Expr {
  if (step.type === 'float' || step.type === 'int') return invoke('jsonAt', json, step.expr)
  return invoke('jsonKey', json, coerce(step, 'text', context).expr)
}

/** What a function gives of a part, null where the text is. */
function readAs(fn: LanguageFunction, { json, text }: Document, info: ValueInfo): Typed {
  const expr = invoke(fn, json, ...(text ? [text] : []))
  return { ...info, expr, ...(text ? { isNullable: true } : {}) }
}

const reading = (fn: LanguageFunction, info: ValueInfo): FunctionRule =>
  ofTyped(1, MOST_STEPS, ['any'], (args, context) => readAs(fn, partOf(args, context), info))

/** Arrays are never null. */
const listing = (fn: LanguageFunction, of: ValueInfo): FunctionRule =>
  ofTyped(1, MOST_STEPS, ['any'], (args, context) => ({
    expr: invoke(fn, partOf(args, context).json),
    type: arrayOf(of),
  }))

/** The last argument is the name of a type. */
function withType(args: readonly Typed[], { error }: FunctionContext): { path: readonly Typed[]; named: NamedType } {
  const { expr } = args.at(-1) ?? nothing
  if (expr.kind !== 'value' || typeof expr.value !== 'string') throw error('The last argument is the name of a type.')
  const named = namedType(expr.value)
  if (!named) throw error(`JSON cannot be read as '${expr.value}'.`)
  return { path: args.slice(0, -1), named }
}

const shapeOf = ({ name, shape }: NamedType): Expr => value(JSON.stringify({ ...shape, name }), 'text')

/** What most texts ask for has functions of its own. */
const SIMPLE: ReadonlyMap<string, LanguageFunction> = new Map<string, LanguageFunction>([
  [JSON.stringify({ type: 'text' }), 'jsonString'],
  [JSON.stringify({ type: 'float' }), 'jsonNumeric'],
  [JSON.stringify({ type: arrayOf({ type: 'text' }) }), 'jsonTexts'],
  [JSON.stringify({ type: arrayOf({ type: 'float' }) }), 'jsonNumbers'],
])

const extract: BuildTyped = (args, context) => {
  const { path, named } = withType(args, context)
  const { json, text } = partOf(path, context)
  const simple = SIMPLE.get(JSON.stringify(named.info))
  if (simple)
    return readAs(simple, { json, ...(text && typeof named.info.type === 'string' ? { text } : {}) }, named.info)
  const found = orDefault(decode(invoke('jsonTyped', json, shapeOf(named)), named.info), named.info)
  if (!text || typeof named.info.type === 'object') return found
  const whenTrue = value(null, nullType(found.type))
  return {
    ...found,
    expr: { kind: 'if', condition: isNull(text), whenTrue, whenFalse: found.expr },
    isNullable: true,
  }
}

const pairsOfType: BuildTyped = (args, context) => {
  const { path, named } = withType(args, context)
  const expr = invoke('jsonPairsTyped', partOf(path, context).json, shapeOf(named))
  return { expr, type: arrayOf({ type: tupleOf([{ type: 'text' }, named.info]) }) }
}

const arrayLength: BuildTyped = (args, context) => {
  const { json } = partOf(args, context)
  return {
    expr: {
      kind: 'if',
      condition: compare(invoke('jsonKind', json), '=', value('Array', 'text')),
      whenTrue: invoke('jsonLength', json),
      whenFalse: value(null, 'float'),
    },
    type: 'float',
    number: 'UInt64',
    isNullable: true,
  }
}

/** The key that the last step leads to. */
const keyAt: BuildTyped = (args, context) => {
  const last = args.at(-1) ?? nothing
  if (last.type === 'float' || last.type === 'int') {
    const { json } = partOf(args.slice(0, -1), context)
    return { expr: invoke('jsonKeyAt', json, last.expr), type: 'text' }
  }
  const whenTrue = coerce(last, 'text', context).expr
  const condition = invoke('jsonExists', partOf(args, context).json)
  return { expr: { kind: 'if', condition, whenTrue, whenFalse: value('', 'text') }, type: 'text' }
}

/** `$.a.b[0]` as steps; places count from 0 there. */
function stepsOf(path: Typed, { error }: FunctionContext): readonly Typed[] {
  const text = path.expr.kind === 'value' ? String(path.expr.value) : ''
  if (!/^\$(\.(\w+|\*)|\.?"[^"]*"|\[(\d{1,9}|'[^']*'|"[^"]*")\])*$/.test(text) || text.includes('*'))
    throw error("A path of JSON is a text like '$.list[0].name'.")
  return [...text.matchAll(/\.(\w+)|\.?"([^"]*)"|\[(?:(\d+)|'([^']*)'|"([^"]*)")\]/g)].map(([, ...parts]): Typed => {
    const place = parts[2]
    if (place !== undefined) return { expr: value(Number(place) + 1, 'float'), type: 'float' }
    return { expr: value(parts.find((part) => part !== undefined) ?? '', 'text'), type: 'text' }
  })
}

const atPath = (build: (document: Document) => Typed): FunctionRule =>
  ofTyped(2, 2, ['any'], ([of = nothing, path = nothing], context) =>
    build(partOf([of, ...stepsOf(path, context)], context)),
  )

const isPart = (json: Expr): Expr => ({
  kind: 'in',
  expr: invoke('jsonKind', json),
  list: { kind: 'list', values: ['Object', 'Array'], type: 'text' },
})

const text: ValueInfo = { type: 'text' }
export const JSON_RULES: Readonly<Record<string, FunctionRule>> = {
  JSONExtractString: reading('jsonString', text),
  JSONExtractRaw: reading('jsonRaw', text),
  JSONExtractInt: reading('jsonInt', { type: 'float', number: 'Int64' }),
  JSONExtractUInt: reading('jsonUInt', { type: 'float', number: 'UInt64' }),
  JSONExtractFloat: reading('jsonFloat', { type: 'float' }),
  JSONExtractBool: reading('jsonBool', { type: 'boolean' }),
  JSONHas: reading('jsonExists', { type: 'boolean' }),
  isValidJSON: ofTyped(1, 1, ['any'], (args, context) =>
    readAs('jsonExists', partOf(args, context), { type: 'boolean' }),
  ),
  JSONLength: reading('jsonLength', { type: 'float', number: 'UInt64' }),
  JSONArrayLength: ofTyped(1, MOST_STEPS, ['any'], arrayLength),
  JSONType: reading('jsonKind', text),
  JSONExtractKeys: listing('jsonKeys', text),
  JSONExtractArrayRaw: listing('jsonItems', text),
  JSONExtractKeysAndValuesRaw: listing('jsonPairs', { type: tupleOf([text, text]) }),
  JSONExtractKeysAndValues: ofTyped(2, MOST_STEPS, ['any'], pairsOfType),
  JSONExtractKey: ofTyped(2, MOST_STEPS, ['any'], keyAt),
  JSONExtract: ofTyped(2, MOST_STEPS, ['any'], extract),
  JSON_VALUE: atPath(({ json }) => ({
    expr: { kind: 'if', condition: isPart(json), whenTrue: value('', 'text'), whenFalse: invoke('jsonString', json) },
    type: 'text',
  })),
  JSON_EXISTS: atPath(({ json }) => ({ expr: invoke('jsonExists', json), type: 'boolean' })),
  JSON_QUERY: atPath(({ json }) => ({
    expr: {
      kind: 'if',
      condition: isPart(json),
      whenTrue: call('boundedConcat', value('[', 'text'), invoke('jsonRaw', json), value(']', 'text')),
      whenFalse: value('', 'text'),
    },
    type: 'text',
  })),
}
