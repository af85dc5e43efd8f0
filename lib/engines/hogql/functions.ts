/** Functions of the tree -> calls that HogQL has. */
import { assert, unreachable } from '../../core/assert.ts'
import { idiom } from '../../hogql/idioms.ts'
import { callOf, type PlainAst, type PlainCall } from '../../hogql/syntax.ts'
import type { SqlFunction } from '../../tree/functions.ts'
import type { Scalar } from '../../tree/types.ts'

export const apply = (name: string, ...args: readonly PlainAst[]): PlainCall => callOf<PlainAst>(name, 0, ...args)
export const literal = (value: Scalar): PlainAst => ({ kind: 'literal', value, at: 0 })

type Build = (args: readonly PlainAst[]) => PlainAst
const IDIOM = Symbol('idiom')
const first = ([of = literal(null)]: readonly PlainAst[]): PlainAst => of
/** The text of a constant argument: a unit, a part, a format. */
const word = (of: PlainAst | undefined): string => (of?.kind === 'literal' ? String(of.value) : '')
const capital = (unit: string) => `${unit[0]?.toUpperCase()}${unit.slice(1)}`

/** The name that a function has in HogQL with the same arguments; or how it is built; or `idiom`: see hogql/idioms.ts. */
const FORMS: Readonly<Record<SqlFunction, string | Build | typeof IDIOM>> = {
  countAll: 'count',
  sum: 'sum',
  avg: 'avg',
  numberSum: 'sum',
  numberAvg: 'avg',
  min: 'min',
  max: 'max',
  coalesce: 'coalesce',
  countDistinct: 'uniq',
  idSet: 'groupUniqArray',
  intersection: 'arrayIntersect',
  setSize: 'length',
  numberList: 'groupUniqArray',
  sortedNumbers: 'arraySort',
  hasNumber: 'has',
  members: 'arrayJoin',
  nullIf: 'nullIf',
  greatest: 'greatest',
  least: 'least',
  add: 'plus',
  subtract: 'minus',
  multiply: 'multiply',
  divide: 'divide',
  numberAdd: 'plus',
  numberSubtract: 'minus',
  numberMultiply: 'multiply',
  numberDivide: 'divide',
  numberModulo: 'modulo',
  abs: 'abs',
  floor: 'floor',
  ceil: 'ceil',
  truncate: 'truncate',
  lower: 'lower',
  upper: 'upper',
  trim: 'trim',
  trimEnd: 'rtrim',
  length: 'length',
  concat: 'concat',
  boundedConcat: 'concat',
  startsWith: 'startsWith',
  endsWith: 'endsWith',
  wholeLike: 'like',
  wholeIlike: 'ilike',
  parseNumber: 'toFloat',
  parseWhole: 'toInt',
  parseBoolean: 'toBool',
  whole: 'toInt',
  booleanNumber: 'toFloat',
  numberText: 'toString',
  toText: 'toString',
  fromEpoch: 'fromUnixTimestamp',
  replaceAll: 'replaceAll',
  substring: 'substring',
  left: 'left',
  position: 'position',
  sqrt: 'sqrt',
  power: 'pow',
  round: 'round',
  cubeRoot: 'cbrt',
  element: 'arrayElement',
  // every number of HogQL is one, and every text is ordered by its bytes
  toFloat: first,
  byCodePoint: first,
  quantile: ([level = literal(0.5), ...args]) => ({ ...callOf<PlainAst>('quantile', 0, ...args), params: [level] }),
  texts: (items) => ({ kind: 'list', brackets: 'array', items, at: 0 }),
  startOf: ([unit, of = literal(null)]) => startOf(word(unit), of),
  datePart: ([part, of = literal(null)]) => apply(PARTS[word(part)] ?? unknown(word(part)), of),
  dateDiff: (args) => apply('dateDiff', ...args.slice(0, 3)),
  negate: ([of = literal(0)]) =>
    of.kind === 'literal' && typeof of.value === 'number' && of.value > 0 ? literal(-of.value) : apply('negate', of),
  dateAdd: ([unit, amount = literal(0), of = literal(null)]) => shifted(`${capital(word(unit))}s`, of, amount),
  parseInstant: ([of = literal(null)]) => apply('toDateTime', of),
  instantText: ([of = literal(null), , format = literal('')]) => apply('formatDateTime', of, format),
  jsonText: ([of = literal(null), ...keys]) => apply('nullIf', apply('JSONExtractString', of, ...keys), literal('')),
  secondsBetween: IDIOM,
  epoch: IDIOM,
  trimUrl: IDIOM,
  textsJson: IDIOM,
  bucketIndex: IDIOM,
  bucketIndexes: IDIOM,
  hasBit: IDIOM,
  bin: IDIOM,
}

/** A call with its arguments as HogQL writes it. */
export function functionCall(fn: SqlFunction, args: readonly PlainAst[]): PlainAst {
  const form = FORMS[fn]
  if (typeof form === 'string') return apply(form, ...args)
  if (form !== IDIOM) return form(args)
  const written = idiom(fn, args)
  assert(written, `${fn} is no idiom`)
  return written
}

/** `addDays(at, 1)`, `subtractDays(at, 1)` */
function shifted(units: string, of: PlainAst, amount: PlainAst): PlainAst {
  const less = amount.kind === 'literal' && typeof amount.value === 'number' && amount.value < 0 ? -amount.value : null
  if (less !== null) return apply(`subtract${units}`, of, literal(less))
  const negated = amount.kind === 'call' && amount.name === 'negate' ? amount.args[0] : undefined
  return negated ? apply(`subtract${units}`, of, negated) : apply(`add${units}`, of, amount)
}

function startOf(unit: string, of: PlainAst): PlainAst {
  const minutes = { '5 minutes': 'FiveMinutes', '10 minutes': 'TenMinutes', '15 minutes': 'FifteenMinutes' }[unit]
  if (minutes) return apply(`toStartOf${minutes}`, of)
  if (unit === 'sunday' || unit === 'week') return apply('toStartOfWeek', of, literal(unit === 'week' ? 1 : 0))
  return apply(`toStartOf${capital(unit)}`, of)
}

const PARTS: Readonly<Record<string, string>> = {
  year: 'toYear',
  quarter: 'toQuarter',
  month: 'toMonth',
  week: 'toISOWeek',
  day: 'toDayOfMonth',
  doy: 'toDayOfYear',
  isodow: 'toDayOfWeek',
  isoyear: 'toISOYear',
  hour: 'toHour',
  minute: 'toMinute',
  second: 'toSecond',
}

const unknown = (part: string): never => unreachable(`${JSON.stringify(part)} is no part of a date`)
