/** Values as other types; what cannot be read is null (docs/hogql-values.md 2). */
import { call, compare, isNull, value } from '../../tree/build.ts'
import type { Expr } from '../../tree/expr.ts'
import { clickhouseType } from '../clickhouse-types.ts'
import { coerce } from '../coerce.ts'
import type { NumberClass } from '../number-classes.ts'
import { type FunctionContext, type FunctionRule, rule, type Typed } from '../rules.ts'
import { invoke } from '../values.ts'
import { zoneArgument } from '../zones.ts'

const nothing: Typed = { expr: value(null, 'float'), type: 'null' }
const nullable = (build: (of: Typed, context: FunctionContext) => Typed): FunctionRule => ({
  ...rule(1, 1, ['any'], (_, __, context, [of = nothing]) => build(of, context)),
  nulls: 'always',
})

/** Days since 1970 of a date, else seconds. */
function epochOf({ expr, format }: Typed, { timezone, instant }: FunctionContext): Expr {
  if (format !== 'date') return call('epoch', expr)
  const first = value(instant('1970-01-01'), 'instant')
  return call('dateDiff', value('day', 'text'), first, expr, value(timezone, 'text'))
}

function wholeOf(of: Typed, context: FunctionContext): Expr {
  const { expr, type } = of
  if (type === 'null') return value(null, 'float')
  if (type === 'text') return call('parseWhole', expr)
  if (type === 'float' || type === 'int') return of.number ? expr : call('whole', coerce(of, 'float', context).expr)
  if (type === 'boolean') return call('booleanNumber', expr)
  if (type === 'instant') return of.format === 'date' ? epochOf(of, context) : call('floor', epochOf(of, context))
  throw context.error('toInt takes a text, a number or a date.')
}

function floatOf(of: Typed, context: FunctionContext): Expr {
  const { expr, type } = of
  if (type === 'instant') return epochOf(of, context)
  if (type === 'text' && !(of.isRead && expr.kind === 'property')) return invoke('textToFloat', expr)
  return coerce(of, 'float', context).expr
}

const toInt = nullable((of, context) => ({ expr: wholeOf(of, context), type: 'float', number: 'Int64' }))

/** A text that cannot be read gives another number; nothing stays nothing. */
const readable = (parse: (text: Expr) => Expr, number?: NumberClass): FunctionRule =>
  rule(1, 2, ['text', 'float'], ([of = nothing.expr, otherwise = value(0, 'float')]) => ({
    expr:
      of.kind === 'value'
        ? call('coalesce', parse(of), otherwise)
        : {
            kind: 'if',
            condition: isNull(of),
            whenTrue: value(null, 'float'),
            whenFalse: call('coalesce', parse(of), otherwise),
          },
    type: 'float',
    ...(number ? { number } : {}),
  }))
const orZero = (of: FunctionRule): FunctionRule => ({ ...of, max: 1 })
const wholeOr = readable((text) => call('parseWhole', text), 'Int64')
const floatOr = readable((text) => invoke('textToFloat', text))

/** `_toInt64`: a number is cut, a constant text that is no number is a mistake. */
const cut = (number: NumberClass): FunctionRule =>
  rule(1, 1, ['any'], (_, __, context, [of = nothing]) => {
    if (of.type !== 'text') {
      const of0 = of.type === 'float' ? call('truncate', of.expr) : wholeOf(of, context)
      return { expr: of0, type: 'float', number }
    }
    const text = of.expr.kind === 'value' ? String(of.expr.value) : '0'
    if (!/^[-+]?\d+$/.test(text)) throw context.error(`Cannot parse '${text}' as ${number}.`)
    return { expr: wholeOf(of, context), type: 'float', number }
  })
const CUT: readonly NumberClass[] = ['Int8', 'Int16', 'Int32', 'Int64', 'UInt8', 'UInt16', 'UInt32', 'UInt64']

const TRUE: readonly string[] = ['true', 'yes', 'on', 't', 'y', '1', 'enable', 'enabled']
const FALSE: readonly string[] = ['false', 'no', 'off', 'f', 'n', '0', 'disable', 'disabled']

function truthOf({ expr, type }: Typed, context: FunctionContext): Expr {
  if (type === 'null') return value(null, 'boolean')
  if (type === 'boolean') return expr
  if (type === 'float' || type === 'int') return compare(expr, '!=', value(0, 'float'))
  if (type !== 'text') throw context.error('toBool takes a text or a number.')
  if (expr.kind !== 'value') return call('parseBoolean', expr)
  const text = String(expr.value).toLowerCase()
  if (!TRUE.includes(text) && !FALSE.includes(text)) throw context.error(`Cannot parse '${text}' as Bool.`)
  return value(TRUE.includes(text), 'boolean')
}

export const CAST_RULES: Readonly<Record<string, FunctionRule>> = {
  toInt,
  toFloat: nullable((of, context) => ({ expr: floatOf(of, context), type: 'float' })),
  toIntOrZero: orZero(wholeOr),
  toIntOrDefault: wholeOr,
  toFloatOrZero: orZero(floatOr),
  toFloatOrDefault: floatOr,
  ...Object.fromEntries(CUT.map((number) => [`_to${number}`, cut(number)])),
  toDecimal: {
    ...rule(2, 2, ['any', 'float'], (_, __, context, [of = nothing, digits = nothing]) => {
      const expr =
        of.type === 'text'
          ? invoke('toDecimal', of.expr, digits.expr)
          : invoke('truncTo', coerce(of, 'float', context).expr, digits.expr)
      return { expr, type: 'float' }
    }),
    nulls: 'always',
  },
  toString: rule(1, 2, ['any', 'text'], (_, __, context, [of = nothing, zone]) => {
    const shown = zone && of.type === 'instant' ? { ...of, zone: zoneArgument(zone.expr, context) } : of
    return coerce(shown, 'text', context)
  }),
  toNullableString: nullable((of, context) => coerce(of, 'text', context)),
  toBool: rule(1, 1, ['any'], (_, __, context, [of = nothing]) => ({
    expr: truthOf(of, context),
    type: 'boolean',
    format: 'word',
  })),
  toUUID: nullable((of, context) =>
    of.type === 'id'
      ? coerce(of, 'text', context)
      : { expr: invoke('toUUID', coerce(of, 'text', context).expr), type: 'text' },
  ),
  toTypeName: {
    ...rule(1, 1, ['any'], (_, __, { timezone }, [of = nothing]) => ({
      expr: value(clickhouseType(of, timezone), 'text'),
      type: 'text',
    })),
    nulls: 'never',
  },
  toNullable: nullable((of) => of),
}
