/** The aggregates of one number that an insight computes; `quantile` has its number in brackets of its own. */
import { call, isNull, not, value } from '../../tree/build.ts'
import type { Expr } from '../../tree/expr.ts'
import { type FunctionRule, first, nullType, rule, second, type ValueType } from '../rules.ts'

const NUMBER_AGGREGATES = [
  ['sum', 'numberSum'],
  ['avg', 'numberAvg'],
  ['min', 'min'],
  ['max', 'max'],
] as const

export const AGGREGATES: Readonly<Record<string, FunctionRule>> = {
  count: rule(0, 1, ['any'], ([of]) => ({
    expr: call('toFloat', of ? countOf(not(isNull(of))) : call('countAll')),
    type: 'float',
  })),
  countIf: rule(1, 1, ['boolean'], (args) => ({ expr: call('toFloat', countOf(first(args))), type: 'float' })),
  uniq: rule(1, 1, ['any'], (args) => ({ expr: call('toFloat', call('countDistinct', first(args))), type: 'float' })),
  uniqIf: rule(2, 2, ['any', 'boolean'], (args, [type]) => ({
    expr: call('toFloat', call('countDistinct', where(args, type))),
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
  groupUniqArray: rule(1, 1, ['id or number'], (args, [type]) =>
    type === 'id'
      ? { expr: call('idSet', first(args)), type: 'ids' }
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

/** The value in rows where the condition holds. */
const where = (args: readonly Expr[], type: ValueType | undefined): Expr => ({
  kind: 'if',
  condition: second(args),
  whenTrue: first(args),
  whenFalse: value(null, nullType(type)),
})
