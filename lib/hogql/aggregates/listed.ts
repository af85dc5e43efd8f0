/** The aggregates of one number that an insight computes; `quantile` has its number in brackets of its own. */
import { call, isNull, not, value } from '../../tree/build.ts'
import type { Expr } from '../../tree/expr.ts'
import { type FunctionRule, first, nullType, ofTyped, rule, second, type Typed, type ValueType } from '../rules.ts'
import { comparedIds, mayBeEmpty } from '../text-ids.ts'

const NUMBER_AGGREGATES = [
  ['sum', 'numberSum'],
  ['avg', 'numberAvg'],
  ['min', 'min'],
  ['max', 'max'],
] as const

export const AGGREGATES: Readonly<Record<string, FunctionRule>> = {
  count: ofTyped(0, 1, ['any'], ([of]) => ({
    expr: call('toFloat', of && !mayBeEmpty(of) ? countOf(not(isNull(of.expr))) : call('countAll')),
    type: 'float',
  })),
  countIf: rule(1, 1, ['boolean'], (args) => ({ expr: call('toFloat', countOf(first(args))), type: 'float' })),
  uniq: ofTyped(1, 1, ['any'], ([of]) => ({
    expr: call('toFloat', call('countDistinct', ownValue(of as Typed))),
    type: 'float',
  })),
  uniqIf: ofTyped(2, 2, ['any', 'boolean'], ([of, condition]) => ({
    expr: call('toFloat', call('countDistinct', where([ownValue(of as Typed), (condition as Typed).expr], of?.type))),
    type: 'float',
  })),
  ...Object.fromEntries(
    NUMBER_AGGREGATES.flatMap(([name, fn]): [string, FunctionRule][] => [
      [name, rule(1, 1, ['float'], (args) => ({ expr: call(fn, first(args)), type: 'float' }))],
      [
        `${name}If`,
        rule(2, 2, ['float', 'boolean'], (args, [type]) => ({ expr: call(fn, where(args, type)), type: 'float' })),
      ],
    ]),
  ),
  groupUniqArray: rule(1, 1, ['id or number'], (args, [type], _, [of]) =>
    type === 'id'
      ? { expr: call('idSet', ownValue(of as Typed)), type: 'ids' }
      : { expr: call('numberList', first(args)), type: 'numbers' },
  ),
  median: rule(1, 1, ['float'], (args) => ({
    expr: call('quantile', value(0.5, 'float'), first(args)),
    type: 'float',
  })),
}

const countOf = (condition: Expr): Expr =>
  call(
    'coalesce',
    call('sum', { kind: 'if', condition, whenTrue: value(1, 'int'), whenFalse: value(0, 'int') }),
    value(0, 'int'),
  )

/** An id that is empty is a value like others. */
const ownValue = (of: Typed): Expr => comparedIds(of, of)(of.expr)

/** The value in rows where the condition holds. */
const where = (args: readonly Expr[], type: ValueType | undefined): Expr => ({
  kind: 'if',
  condition: second(args),
  whenTrue: first(args),
  whenFalse: value(null, nullType(type)),
})
