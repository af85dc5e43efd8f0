/** The functions of expressions, operators among them; aggregates aside. */
import { call, compare, isNull, not, or, value } from '../tree/build.ts'
import type { Expr } from '../tree/expr.ts'
import { DATE_FUNCTIONS } from './dates.ts'
import { ARRAY_RULES } from './functions/arrays.ts'
import { DATE_RULES } from './functions/dates.ts'
import { JSON_RULES } from './functions/json.ts'
import { NUMBER_RULES } from './functions/numbers.ts'
import { TEXT_RULES } from './functions/text.ts'
import { URL_RULES } from './functions/urls.ts'
import {
  boolean,
  type FunctionRule,
  first,
  isTrue,
  ordered,
  rule,
  second,
  simple,
  type Typed,
  typeOf,
  type ValueType,
} from './rules.ts'

const nothing = value(null, 'text')

const choosing = (
  min: number,
  max: number,
  takes: 'same' | 'compared',
  build: (args: readonly Expr[], type: ValueType) => Expr,
): FunctionRule => ({
  ...rule(min, max, [takes], (args, types) => ({ expr: build(args, typeOf(types)), type: typeOf(types) })),
  chooses: true,
})
const isConstant = (e: Expr): boolean => e.kind === 'value' && e.value !== null
const bothNull = (args: readonly Expr[]): Expr =>
  args.some(isConstant) ? value(false, 'boolean') : { kind: 'and', args: [isNull(first(args)), isNull(second(args))] }

/** Null is a value like others for `=` and `like`; an order with null is false (docs/hogql.md 1). */
const equal = ([a = nothing, b = nothing]: readonly Expr[]): Expr =>
  isTrue([a, b].some(isConstant) ? compare(a, '=', b) : or(compare(a, '=', b), bothNull([a, b])))
const inOrder = (op: '<' | '<=' | '>' | '>='): FunctionRule =>
  rule(2, 2, ['compared'], ([a = nothing, b = nothing], [type]) =>
    boolean(isTrue({ kind: 'compare', left: a, op, right: b, ...(type === 'text' ? { byCodePoint: true } : {}) })),
  )
/** `JSONExtractString(properties.x, 'a', 'b')`; what is not there is empty. */
const json = (read: (text: Expr) => Typed): FunctionRule =>
  rule(1, 10, ['json', 'text'], (args) => read(args.length > 1 ? call('jsonText', ...args) : first(args)))

const zero = value(0, 'float')
const parsed = (text: Expr): Expr => call('coalesce', call('parseNumber', text), zero)

export const FUNCTIONS: Readonly<Record<string, FunctionRule>> = {
  ...DATE_FUNCTIONS,
  ...TEXT_RULES,
  ...URL_RULES,
  ...NUMBER_RULES,
  ...DATE_RULES,
  ...ARRAY_RULES,
  ...JSON_RULES,
  and: rule(1, 100, ['boolean'], (args) => boolean({ kind: 'and', args })),
  or: rule(1, 100, ['boolean'], (args) => boolean({ kind: 'or', args })),
  not: rule(1, 1, ['boolean'], (args) => boolean(not(first(args)))),
  equals: rule(2, 2, ['compared'], (args) => boolean(equal(args))),
  notEquals: rule(2, 2, ['compared'], (args) => boolean(not(equal(args)))),
  less: inOrder('<'),
  lessOrEquals: inOrder('<='),
  greater: inOrder('>'),
  greaterOrEquals: inOrder('>='),
  isNull: rule(1, 1, ['any'], (args) => boolean(isNull(first(args)))),
  isNotNull: rule(1, 1, ['any'], (args) => boolean(not(isNull(first(args))))),
  empty: rule(1, 1, ['text'], (args) => boolean(compare(first(args), '=', value('', 'text')))),
  notEmpty: rule(1, 1, ['text'], (args) => boolean(compare(first(args), '!=', value('', 'text')))),
  coalesce: { ...choosing(1, 20, 'same', (args) => call('coalesce', ...args)), nulls: 'all' },
  ifNull: { ...choosing(2, 2, 'same', (args) => call('coalesce', ...args)), nulls: 'all' },
  nullIf: choosing(2, 2, 'compared', (args) => call('nullIf', ...args)),
  greatest: { ...choosing(1, 20, 'compared', (args, type) => call('greatest', ...ordered(args, type))), nulls: 'all' },
  least: { ...choosing(1, 20, 'compared', (args, type) => call('least', ...ordered(args, type))), nulls: 'all' },
  plus: simple('numberAdd', ['float', 'float'], 'float'),
  minus: simple('numberSubtract', ['float', 'float'], 'float'),
  multiply: simple('numberMultiply', ['float', 'float'], 'float'),
  divide: simple('numberDivide', ['float', 'float'], 'float'),
  modulo: simple('numberModulo', ['float', 'float'], 'float'),
  negate: simple('negate', ['float'], 'float'),
  abs: simple('abs', ['float'], 'float'),
  floor: simple('floor', ['float'], 'float'),
  ceil: simple('ceil', ['float'], 'float'),
  length: rule(1, 1, ['text or list'], (args, [type]) => ({
    expr: call('toFloat', call(type === 'text' ? 'length' : 'setSize', first(args))),
    type: 'float',
  })),
  arraySort: simple('sortedNumbers', ['numbers'], 'numbers'),
  has: simple('hasNumber', ['numbers', 'float'], 'boolean'),
  arrayJoin: rule(1, 1, ['ids'], (args) => ({ expr: call('members', first(args)), type: 'id' })),
  arrayIntersect: simple('intersection', ['ids', 'ids'], 'ids'),
  JSONExtractString: json((text) => ({ expr: call('coalesce', text, value('', 'text')), type: 'text' })),
  JSONExtractRaw: json((text) => ({ expr: call('coalesce', text, value('', 'text')), type: 'text' })),
  JSONExtractFloat: json((text) => ({ expr: parsed(text), type: 'float' })),
  JSONExtractInt: json((text) => ({ expr: call('truncate', parsed(text)), type: 'float' })),
  JSONExtractBool: json((text) => boolean(isTrue(compare(text, '=', value('true', 'text'))))),
  JSONHas: json((text) => boolean(not(isNull(text)))),
  sqrt: simple('sqrt', ['float'], 'float'),
  pow: simple('power', ['float', 'float'], 'float'),
  power: simple('power', ['float', 'float'], 'float'),
  round: rule(1, 2, ['float'], ([of = nothing, digits = zero]) => ({ expr: call('round', of, digits), type: 'float' })),
  assumeNotNull: choosing(1, 1, 'same', (args) => first(args)),
  toBool: rule(1, 1, ['any'], ([of = nothing], [type], { error }) => {
    if (type === 'null') return { expr: value(null, 'boolean'), type: 'boolean' }
    if (type === 'boolean') return { expr: of, type, format: 'word' }
    if (type === 'float') return { expr: compare(of, '!=', zero), type: 'boolean', format: 'word' }
    if (type === 'text') return { expr: call('parseBoolean', of), type: 'boolean', format: 'word' }
    throw error('toBool takes a text or a number.')
  }),
  truncate: simple('truncate', ['float'], 'float'),
  cbrt: simple('cubeRoot', ['float'], 'float'),
  toString: rule(1, 1, ['text'], (args) => ({ expr: first(args), type: 'text' })),
  toFloat: rule(1, 1, ['float'], (args) => ({ expr: first(args), type: 'float' })),
  toInt: rule(1, 1, ['any'], ([of = nothing], [type], { error }) => {
    if (type === 'null') return { expr: value(null, 'float'), type: 'float' }
    if (type === 'text') return { expr: call('parseWhole', of), type: 'float' }
    if (type === 'float') return { expr: call('whole', of), type: 'float' }
    if (type === 'boolean') return { expr: call('booleanNumber', of), type: 'float' }
    if (type === 'instant') return { expr: call('floor', call('epoch', of)), type: 'float' }
    throw error('toInt takes a text, a number or a date.')
  }),
  if: {
    ...rule(3, 3, ['boolean', 'same'], ([condition = nothing, whenTrue = nothing, whenFalse = nothing], types) => ({
      expr: { kind: 'if', condition, whenTrue, whenFalse },
      type: typeOf(types.slice(1)),
    })),
    chooses: true,
  },
}
