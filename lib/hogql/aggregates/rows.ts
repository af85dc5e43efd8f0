/** The rows that an aggregate is over, and the functions of the tree over them. */
import { and, isNull, not, value } from '../../tree/build.ts'
import type { Expr, WindowOver } from '../../tree/expr.ts'
import type { AggregateFunction } from '../../tree/language.ts'
import { coerce } from '../coerce.ts'
import type { FunctionContext, Typed, ValueInfo } from '../rules.ts'
import { encode, invoke, toArray } from '../values.ts'
import type { Takes } from './bases.ts'

export interface Rows {
  /** Rows with the same arguments are one. */
  readonly distinct: boolean
  /** The rows that count. */
  readonly filter?: Expr
  readonly over?: WindowOver
}

export const aggregate = (fn: AggregateFunction, args: readonly Expr[], { distinct, filter, over }: Rows): Expr => ({
  kind: 'aggregate',
  fn,
  args,
  ...(distinct ? { distinct } : {}),
  ...(filter ? { filter } : {}),
  ...(over ? { over } : {}),
})

/** An argument as the aggregate takes it. */
export function taken(typed: Typed, takes: Takes, context: FunctionContext): Typed {
  const mayBeNull = typed.isNullable || typed.type === 'null'
  switch (takes) {
    case 'number': {
      const number = typed.type === 'boolean' ? 'UInt8' : typed.type === 'int' ? 'Int64' : typed.number
      const { expr } = coerce(typed, 'float', context)
      return {
        expr,
        type: 'float',
        ...(number ? { number } : {}),
        // a text may be no number
        ...(mayBeNull || typed.type === 'text' ? { isNullable: true } : {}),
      }
    }
    case 'text':
      return { ...coerce(typed, 'text', context), ...(mayBeNull ? { isNullable: true } : {}) }
    case 'condition':
      return { ...coerce(typed, 'boolean', context), ...(mayBeNull ? { isNullable: true } : {}) }
    case 'any':
      return typed.type === 'properties' ? { ...coerce(typed, 'text', context), isNullable: true } : typed
    case 'ordered':
      return LISTS.includes(typed.type) ? toArray(typed, context) : taken(typed, 'any', context)
    default:
      return takes satisfies never
  }
}

const LISTS: readonly Typed['type'][] = ['texts', 'numbers', 'instants', 'ids']

/** The value as it is put into an array: what the database makes the same JSON of that `encode` does. */
export function element(typed: Typed, context: FunctionContext): { expr: Expr; info: ValueInfo } {
  const { info } = encode(typed, context)
  if (typed.type === 'boolean' && info.type === 'float') return { expr: coerce(typed, 'float', context).expr, info }
  return { expr: typed.type === 'id' ? coerce(typed, 'text', context).expr : typed.expr, info }
}

/** What the rows have for the arguments as one array: the values of one, arrays of the values of several. No row has a null. */
export function collected(args: readonly Typed[], rows: Rows, context: FunctionContext): Expr {
  const [only, ...more] = args
  if (only && more.length === 0) return listOf(element(only, context).expr, rows)
  const filter = and(...(rows.filter ? [rows.filter] : []), ...args.map(({ expr }) => not(isNull(expr))))
  return listOf(invoke('jsonArray', ...args.map((arg) => encode(arg, context).json)), { ...rows, filter })
}

function listOf(item: Expr, rows: Rows): Expr {
  if (!rows.distinct) return aggregate('groupArray', [item], rows)
  if (!rows.over) return aggregate('groupUniqArray', [item], { ...rows, distinct: false })
  return called('groupUniqArray', aggregate('groupArray', [item], { ...rows, distinct: false }), [])
}

/** An aggregate of the elements of an array. */
export const called = (name: string, items: Expr, params: readonly number[]): Expr =>
  invoke('aggregateOf', value(name, 'text'), items, parameters(params))

export const parameters = (params: readonly number[]): Expr =>
  invoke('jsonArray', ...params.map((param) => value(param, 'float')))
