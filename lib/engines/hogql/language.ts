/** Functions of client queries -> calls of HogQL: what stands between values and JSON is not written. */
import { callOf, type LambdaOf, type PlainAst } from '../../hogql/syntax.ts'
import type { LambdaCall } from '../../tree/expr.ts'
import { VALUE_FUNCTIONS } from '../../tree/language/values.ts'
import type { LambdaFunction, LanguageFunction } from '../../tree/language.ts'
import { apply, literal } from './functions.ts'
import { lambdaName } from './names.ts'

type Build = (args: readonly PlainAst[]) => PlainAst
const first = ([of = literal(null)]: readonly PlainAst[]): PlainAst => of

/** A part of a document; what reads it names the way to it itself. */
const PART = 'JSONExtractRaw'
const isPart = (ast: PlainAst | undefined) => ast?.kind === 'call' && ast.name === PART && ast.at === PART_AT
const PART_AT = -1
const part: Build = ([of = literal(null), step = literal(null)]) =>
  callOf<PlainAst>(PART, PART_AT, ...(isPart(of) && of.kind === 'call' ? of.args : [of]), step)
const reading =
  (name: string): Build =>
  ([of = literal(null), ...more]) =>
    apply(name, ...(isPart(of) && of.kind === 'call' ? of.args : [of]), ...more)
/** The second argument is the document's text. */
const read = (name: string): Build => {
  const call = reading(name)
  return ([of = literal(null)]) => call([of])
}
/** The second argument is the type as the database reads it, its name among the rest. */
const typed = (name: string): Build => {
  const call = reading(name)
  return ([of = literal(null), type]) =>
    call([of, literal(type?.kind === 'literal' ? String(JSON.parse(String(type.value)).name) : null)])
}

/** The zone is that of the instant, and not written. */
const inItsZone =
  (name: string): Build =>
  (args) =>
    apply(name, ...args.slice(0, -1))
const DATE_FORMS: Partial<Record<LanguageFunction, string | Build>> = {
  sameDay: first,
  toStartOfInterval: ([of = literal(null), count = literal(1), unit]) => {
    const word = unit?.kind === 'literal' ? String(unit.value) : ''
    return apply('toStartOfInterval', of, apply(`toInterval${word.charAt(0).toUpperCase()}${word.slice(1)}`, count))
  },
  textToDate: inItsZone('toDate'),
  make_date: inItsZone('make_date'),
  toStartOfISOYear: inItsZone('toStartOfISOYear'),
  toLastDayOfMonth: inItsZone('toLastDayOfMonth'),
  toTime: inItsZone('toTime'),
  timeZoneOffset: inItsZone('timeZoneOffset'),
  toYYYYMM: inItsZone('toYYYYMM'),
  toYYYYMMDD: inItsZone('toYYYYMMDD'),
  toYYYYMMDDhhmmss: inItsZone('toYYYYMMDDhhmmss'),
  toWeek: inItsZone('toWeek'),
  toYearWeek: inItsZone('toYearWeek'),
  age: inItsZone('age'),
}
const ofType = (type: string): Build => {
  const call = reading('JSONExtract')
  return ([of = literal(null)]) => call([of, literal(type)])
}

const FORMS: Partial<Record<LanguageFunction, string | Build>> = {
  ...DATE_FORMS,
  jsonArray: (items) => ({ kind: 'list', brackets: 'array', items, at: 0 }),
  boundedList: first,
  comparable: first,
  roundWhole: 'round',
  floorTo: 'floor',
  ceilTo: 'ceil',
  truncTo: 'trunc',
  textToFloat: 'toFloat',
  transformToText: 'transform',
  transformToFloat: 'transform',
  isEmptyJson: 'empty',
  jsonTuple: (items) =>
    items.length === 1 ? apply('tuple', ...items) : { kind: 'list', brackets: 'tuple', items, at: 0 },
  jsonMap: 'map',
  valueText: ([of = literal(null)]) => apply('toString', of),
  valueJson: ([of = literal(null)]) => apply('toJSONString', of),
  jsonElement: 'arrayElement',
  jsonDocument: first,
  jsonKey: part,
  jsonAt: part,
  jsonString: read('JSONExtractString'),
  jsonRaw: read('JSONExtractRaw'),
  jsonInt: read('JSONExtractInt'),
  jsonUInt: read('JSONExtractUInt'),
  jsonFloat: read('JSONExtractFloat'),
  jsonBool: read('JSONExtractBool'),
  jsonExists: read('JSONHas'),
  jsonNumeric: ofType('Float64'),
  jsonTexts: ofType('Array(String)'),
  jsonNumbers: ofType('Array(Float64)'),
  jsonLength: read('JSONLength'),
  jsonKind: read('JSONType'),
  jsonKeys: read('JSONExtractKeys'),
  jsonItems: read('JSONExtractArrayRaw'),
  jsonPairs: read('JSONExtractKeysAndValuesRaw'),
  jsonTyped: typed('JSONExtract'),
  jsonPairsTyped: typed('JSONExtractKeysAndValues'),
  jsonKeyAt: reading('JSONExtractKey'),
  arrayLength: 'length',
  hasNested: 'has',
  arraySlice: ([of = literal(null), start = literal(null), size]) =>
    apply('arraySlice', of, start, ...(size && !(size.kind === 'literal' && size.value === null) ? [size] : [])),
  jsonWithin: first,
  mapElement: 'arrayElement',
  mapSide: ([of = literal(null), side]) =>
    apply(side?.kind === 'literal' && side.value === 2 ? 'mapValues' : 'mapKeys', of),
}

/** A function that is called as HogQL calls it, if it has no form of its own. */
export function languageCall(fn: LanguageFunction, args: readonly PlainAst[]): PlainAst {
  const form = FORMS[fn]
  if (typeof form === 'function') return form(args)
  if (form) return apply(form, ...args)
  return Object.hasOwn(VALUE_FUNCTIONS, fn) ? first(args) : apply(fn, ...args)
}

/** In the tree they are null where there is none. */
const LAMBDA_NAMES: Partial<Record<LambdaFunction, string>> = {
  arrayFirst: 'arrayFirstOrNull',
  arrayLast: 'arrayLastOrNull',
}

/** `arrayMap(x -> x * 2, list)` */
export function lambdaCall(
  { fn, alias, arrays, body, initial }: LambdaCall,
  of: (e: LambdaCall['body']) => PlainAst,
): PlainAst {
  const columns = [...(initial ? ['accumulator'] : []), ...arrays.map((_, i) => `value_${i + 1}`)]
  const lambda: LambdaOf<PlainAst> = {
    kind: 'lambda',
    names: columns.map((name) => lambdaName(alias, name)),
    body: of(body),
    at: 0,
  }
  return apply(LAMBDA_NAMES[fn] ?? fn, lambda, ...arrays.map(of), ...(initial ? [of(initial)] : []))
}
