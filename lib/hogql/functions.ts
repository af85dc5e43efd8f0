/** The functions of expressions, operators among them; aggregates aside. */
import { call, not, or, value } from '../tree/build.ts'
import type { Compare, Expr } from '../tree/expr.ts'
import { ARRAY_RULES } from './functions/arrays.ts'
import { CAST_RULES } from './functions/casts.ts'
import { CONDITIONAL_RULES } from './functions/conditionals.ts'
import { DATE_RULES } from './functions/dates.ts'
import { JSON_RULES } from './functions/json.ts'
import { NUMBER_RULES } from './functions/numbers.ts'
import { TEXT_RULES } from './functions/text.ts'
import { URL_RULES } from './functions/urls.ts'
import { mayBeNaN } from './number-classes.ts'
import {
  boolean,
  bothNull,
  type FunctionRule,
  first,
  isConstant,
  isTrue,
  ofTyped,
  rule,
  simple,
  type Typed,
} from './rules.ts'
import { comparedIds, inTextOrder, mayBeEmpty } from './text-ids.ts'

const nothing = value(null, 'text')
const NOTHING: Typed = { expr: nothing, type: 'null' }

/** Null is a value like others for `=` and `like`; an order with null is false (docs/hogql-values.md 1). NaN is not even itself. */
function equal(args: readonly Typed[]): Expr {
  const [left = NOTHING, right = NOTHING] = args
  const [a, b] = [left.expr, right.expr].map(comparedIds(left, right)) as [Expr, Expr]
  const test = compared(a, '=', b)
  const mayBothBeNull = ![a, b].some(isConstant) && ![left, right].some(mayBeEmpty)
  return isTrue(mayBothBeNull ? or(test, bothNull([a, b])) : test)
}
const neverNull = (found: FunctionRule): FunctionRule => ({ ...found, nulls: 'never' })
const inOrder = (op: '<' | '<=' | '>' | '>='): FunctionRule =>
  neverNull(
    rule(2, 2, ['compared'], (_, __, context, values) => {
      const [a, b] = values.map((each) => inTextOrder(each, context))
      return boolean(isTrue(compared(a?.expr ?? nothing, op, b?.expr ?? nothing, a?.type === 'text')))
    }),
  )

function compared(left: Expr, op: Compare['op'], right: Expr, byCodePoint = false): Expr {
  // NaN comes last in the database, so that it is enough to look at the side that is said to be the greater one
  const greater = op === '<' || op === '<=' ? 'right' : 'left'
  const isDoubtful = op === '=' ? mayBeNaN(left) && mayBeNaN(right) : mayBeNaN(greater === 'left' ? left : right)
  return {
    kind: 'compare',
    left,
    op,
    right,
    ...(byCodePoint ? { byCodePoint } : {}),
    ...(isDoubtful ? { mayBeNaN: greater } : {}),
  }
}

export const FUNCTIONS: Readonly<Record<string, FunctionRule>> = {
  ...TEXT_RULES,
  ...URL_RULES,
  ...NUMBER_RULES,
  ...CAST_RULES,
  ...CONDITIONAL_RULES,
  ...DATE_RULES,
  ...ARRAY_RULES,
  ...JSON_RULES,
  equals: ofTyped(2, 2, ['compared'], (args) => boolean(equal(args))),
  notEquals: ofTyped(2, 2, ['compared'], (args) => boolean(not(equal(args)))),
  less: inOrder('<'),
  lessOrEquals: inOrder('<='),
  greater: inOrder('>'),
  greaterOrEquals: inOrder('>='),
  length: rule(1, 1, ['text or list'], (args, [type]) => ({
    expr: call('toFloat', call(type === 'text' ? 'length' : 'setSize', first(args))),
    type: 'float',
  })),
  arraySort: simple('sortedNumbers', ['numbers'], 'numbers'),
  has: simple('hasNumber', ['numbers', 'float'], 'boolean'),
  arrayJoin: rule(1, 1, ['ids'], (args) => ({ expr: call('members', first(args)), type: 'id' })),
  arrayIntersect: simple('intersection', ['ids', 'ids'], 'ids'),
}
