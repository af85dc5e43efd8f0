/** Functions that choose one of their arguments, and tests for nothing (docs/hogql-values.md 4). */
import { call, compare, isNull, not, value } from '../../tree/build.ts'
import type { Expr, List } from '../../tree/expr.ts'
import { areAlike } from '../alike.ts'
import { coerce, commonInfo, commonType } from '../coerce.ts'
import { widestClass } from '../number-classes.ts'
import {
  boolean,
  type FunctionContext,
  type FunctionRule,
  first,
  isTrue,
  ofTyped,
  ordered,
  rule,
  type Typed,
  type ValueInfo,
} from '../rules.ts'
import { inTextOrder, mayBeEmpty } from '../text-ids.ts'
import { encode, infoOf, invoke } from '../values.ts'

const nothing: Typed = { expr: value(null, 'text'), type: 'null' }
const LISTS: readonly unknown[] = ['texts', 'numbers', 'instants']
const isJson = ({ type }: Typed): boolean => typeof type === 'object' || LISTS.includes(type)

/** Values as values of one type, and what is known of it. */
function alike(values: readonly Typed[], isCompared: boolean, context: FunctionContext) {
  if (values.some(isJson)) {
    const others = values.filter((each) => !isJson(each) && each.type !== 'null')
    if (others.length > 0) throw context.error('An array or a tuple can only stand beside its like.')
    const [one, ...more] = values.filter(isJson)
    if (one && !more.every((each) => areAlike(each.type, one.type)))
      throw context.error('An array or a tuple can only stand beside its like.')
    const encoded = values.map((each) => encode(each, context))
    const infos = encoded.map(({ info }) => info).filter(({ type }) => type !== 'null')
    const info = infos.find(({ type }) => !isEmptyArray(type)) ?? infos[0] ?? infoOf(nothing)
    return { exprs: encoded.map(({ json }) => json), info: plain(info) }
  }
  const type = commonType(values, isCompared)
  const known = values.filter((each) => each.type !== 'null')
  const alikes = values.map((each) => coerce(each, type, context))
  return { exprs: alikes.map(({ expr }) => expr), info: { type, ...looks(known, type) } }
}

const isEmptyArray = (type: ValueInfo['type']): boolean =>
  typeof type === 'object' && type.kind === 'array' && type.of.type === 'null'
const plain = ({ isNullable: _, ...info }: ValueInfo): ValueInfo => info

/** How values look that are shown as they are: a day only if all of them are days. */
function looks(values: readonly Typed[], type: ValueInfo['type']): Partial<ValueInfo> {
  if (type === 'float') return widestClass(values)
  const same = values.filter((each) => each.type === type)
  const [one] = same
  if (!one) return {}
  const formats = new Set(same.map(({ format }) => format))
  const format = formats.size === 1 ? one.format : formats.has(undefined) ? undefined : ('seconds' as const)
  return {
    ...(type === 'instant' || format ? { format } : {}),
    ...(one.zone && format !== 'date' ? { zone: one.zone } : {}),
    ...(one.idOf ? { idOf: one.idOf } : {}),
  }
}

/** An id that may be empty is '' then. */
const isMissing = ([of = nothing]: readonly Typed[]): Expr =>
  mayBeEmpty(of) ? value(false, 'boolean') : isNull(of.expr)

type Choice = (exprs: readonly Expr[], info: ValueInfo) => Expr
const isNullable = (each: Typed): boolean => each.isNullable === true || each.type === 'null'

/** `missing`: whether the result may be null. */
const choosing = (
  min: number,
  max: number,
  build: Choice,
  nulls: FunctionRule['nulls'] & string,
  isCompared = false,
): FunctionRule => ({
  ...rule(min, max, ['any'], (_, __, context, values) => {
    const { exprs, info } = alike(values, isCompared, context)
    return { ...info, expr: build(exprs, info) }
  }),
  nulls,
})

const coalesce: Choice = (exprs) => call('coalesce', ...exprs)
const extreme = (fn: 'greatest' | 'least'): FunctionRule => ({
  ...rule(1, 100, ['any'], (_, __, context, values) => {
    const { exprs, info } = alike(
      values.map((each) => inTextOrder(each, context)),
      true,
      context,
    )
    return { ...info, expr: call(fn, ...ordered(exprs, info.type)) }
  }),
  nulls: 'all',
})

const empty = (of: Typed, context: FunctionContext): Expr =>
  isJson(of)
    ? invoke('isEmptyJson', encode(of, context).json)
    : compare(coerce(of, 'text', context).expr, '=', value('', 'text'))

/** A value of one list gives the one of the other list that stands there; else what is said, or itself. */
const transform: FunctionRule = {
  ...rule(3, 4, ['any'], (_, __, context, [of = nothing, from = nothing, to = nothing, otherwise = of]) => {
    const keys = constants(from, context)
    const values = constants(to, context)
    if (keys.values.length !== values.values.length) throw context.error('The arrays have not the same size.')
    const known = commonInfo([literalOf(values), otherwise])
    const isText = known.type !== 'float'
    const list: List =
      isText && values.type !== 'text' ? { ...values, type: 'text', values: values.values.map(String) } : values
    const rest = coerce(otherwise, isText ? 'text' : 'float', context)
    const key = coerce(of, keys.type === 'text' ? 'text' : keys.type === 'instant' ? 'instant' : 'float', context)
    return {
      expr: invoke(isText ? 'transformToText' : 'transformToFloat', key.expr, keys, list, rest.expr),
      type: isText ? 'text' : 'float',
      ...(isNullable(otherwise) ? { isNullable: true } : {}),
    }
  }),
  nulls: 'never',
}

function constants({ expr }: Typed, { error }: FunctionContext): List {
  if (expr.kind !== 'list') throw error('transform takes two arrays of constants.')
  return expr
}
const literalOf = ({ values: [one = ''], type }: List): Typed => ({ expr: value(one, type), type })

export const CONDITIONAL_RULES: Readonly<Record<string, FunctionRule>> = {
  if: {
    ...rule(3, 3, ['boolean', 'any'], ([condition = nothing.expr], _, context, [, ...values]) => {
      const { exprs, info } = alike(values, false, context)
      const [whenTrue = nothing.expr, whenFalse = nothing.expr] = exprs
      const expr: Expr = { kind: 'if', condition, whenTrue, whenFalse }
      return { ...info, expr, ...(values.some(isNullable) ? { isNullable: true } : {}) }
    }),
    nulls: 'never',
  },
  coalesce: choosing(1, 100, coalesce, 'all'),
  ifNull: choosing(2, 2, coalesce, 'all'),
  nullIf: choosing(2, 2, (exprs) => call('nullIf', ...exprs), 'always', true),
  assumeNotNull: choosing(1, 1, first, 'never'),
  greatest: extreme('greatest'),
  least: extreme('least'),
  transform,
  isNull: ofTyped(1, 1, ['any'], (args) => boolean(isMissing(args))),
  isNotNull: ofTyped(1, 1, ['any'], (args) => boolean(not(isMissing(args)))),
  isZeroOrNull: {
    ...rule(1, 1, ['float'], (args) => boolean(not(isTrue(compare(first(args), '!=', value(0, 'float')))))),
    nulls: 'never',
  },
  empty: rule(1, 1, ['any'], (_, __, context, [of = nothing]) => boolean(empty(of, context))),
  notEmpty: rule(1, 1, ['any'], (_, __, context, [of = nothing]) => boolean(not(empty(of, context)))),
  and: rule(1, 1_000, ['boolean'], (args) => boolean({ kind: 'and', args })),
  or: rule(1, 1_000, ['boolean'], (args) => boolean({ kind: 'or', args })),
  xor: rule(2, 100, ['boolean'], (args) => boolean(args.reduce((a, b) => invoke('xor', a, b)))),
  not: rule(1, 1, ['boolean'], (args) => boolean(not(first(args)))),
}
