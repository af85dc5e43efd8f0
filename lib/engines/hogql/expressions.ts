/**
 * Expressions of the tree -> syntax of HogQL. `lowerValue` gives an expression with the same value; `holds` a condition that
 * is true where the expression is (`truth`: or where it is false), and not true anywhere else.
 */
import { unreachable } from '../../core/assert.ts'
import type { ListOf, PlainAst, PlainCall, WindowOf } from '../../hogql/syntax.ts'
import type { AggregateCall, Call, Compare, Expr, Order, WindowOver } from '../../tree/expr.ts'
import { aggregateForm } from './aggregates.ts'
import { isTwoValued, logic, opposite } from './conditions.ts'
import { apply, functionCall, literal } from './functions.ts'
import { lambdaCall, languageCall } from './language.ts'
import { columnName, field, isNeverNull, isTextId, type Names, propertyChain, SAME_TEXT } from './names.ts'
import { conditionOf, isLikeOrBothNull, isSameAs } from './patterns.ts'
import { instant, isJsonText, jsonText, propertyRead } from './reads.ts'

export function lowerValue(e: Expr, names: Names): PlainAst {
  const of = (part: Expr) => lowerValue(part, names)
  switch (e.kind) {
    case 'value':
      return e.type === 'instant' && e.value !== null ? instant(String(e.value)) : literal(e.value)
    case 'list':
      return array(e.values.map((v) => of({ kind: 'value', value: v, type: e.type })))
    case 'column':
      return columnName(e, names)
    case 'property':
      return propertyRead(e, names)
    case 'breakdownKey':
      return of({ kind: 'call', fn: 'coalesce', args: [e.of, { kind: 'value', value: '', type: 'text' }] })
    case 'breakdownText':
      return of(e.key)
    case 'call':
      return call(e, names)
    case 'if':
      return apply('if', holds(e.condition, true, names), of(e.whenTrue), of(e.whenFalse))
    case 'and':
    case 'or':
      return isNeverNull(e, names) ? holds(e, true, names) : logic(e.kind, e.args.map(of))
    case 'not':
      return isNeverNull(e, names) ? holds(e, true, names) : opposite(of(e.arg))
    case 'compare':
      return nullable(e, [e.left, e.right], names)
    case 'in':
    case 'inQuery':
      return nullable(e, [e.expr], names)
    case 'match':
      return e.how === 'regex' ? apply('match', of(e.expr), literal(e.pattern.source)) : nullable(e, [e.expr], names)
    case 'patternCall': {
      const [pattern, more] = [literal(e.pattern.source), e.args.map(of)]
      return e.fn === 'splitByRegexp'
        ? apply(e.fn, pattern, of(e.expr), ...more)
        : apply(e.fn, of(e.expr), pattern, ...more)
    }
    case 'replaceMatches':
      return apply(
        'replaceRegexpAll',
        of(e.expr),
        literal(e.pattern.source),
        literal(e.replacement.replaceAll('\\', '\\\\')),
      )
    case 'isNull':
    case 'inCohort':
    case 'anyElement':
      return holds(e, true, names)
    case 'window':
    case 'latestBefore':
      return windowed(e, names)
    case 'function':
      return languageCall(e.fn, e.args.map(of))
    case 'lambda':
      return lambdaCall(e, of)
    case 'aggregate':
      return aggregateCall(e, names)
    case 'windowFunction':
      return { ...apply(e.fn, ...e.args.map(of)), over: windowOf(e.over, names) }
    case 'scalarQuery':
      return { kind: 'subquery', query: names.query(e.query, names).ast, at: 0 }
    case 'actorCell':
      return tuple(ACTOR_COLUMNS[e.of === 'person' ? 'person' : 'group'].map((name) => field(e.table, name)))
    case 'bucketFrom':
    case 'bucketTo':
      return unreachable(`${e.kind} has no form in HogQL`)
    default:
      return e satisfies never
  }
}

const array = (items: readonly PlainAst[]): PlainAst => ({ kind: 'list', brackets: 'array', items, at: 0 })
const tuple = (items: readonly PlainAst[]): ListOf<PlainAst> => ({ kind: 'list', brackets: 'tuple', items, at: 0 })

/** The columns that stand for a whole person or group. */
const ACTOR_COLUMNS = {
  person: ['id', 'created_at', 'properties', 'is_identified'],
  group: ['key', 'created_at', 'properties'],
} as const

/** Null where an operand is. */
function nullable(e: Expr, operands: readonly Expr[], names: Names): PlainAst {
  const missing = operands.filter((operand) => !isNeverNull(operand, names))
  const test = holds(e, true, names, false)
  if (missing.length === 0) return test
  const isMissing = logic(
    'or',
    missing.map((operand) => apply('isNull', lowerValue(operand, names))),
  )
  return apply('if', isMissing, literal(null), test)
}

function call(e: Call, names: Names): PlainAst {
  const [a, b] = e.args
  const condition = conditionOf(e)
  if (condition) return strict(holds(condition, true, names))
  if (e.fn === 'coalesce' && a && b?.kind === 'value') {
    const counted = countedIf(a, b.value)
    if (counted) return apply('countIf', holds(counted, true, names))
    if (isJsonText(a, names) && b.value === '' && a.kind === 'property') return jsonText(a, names)
  }
  if (a && SAME_TEXT.includes(e.fn) && isTextId(a, names)) return lowerValue(a, names)
  if (e.fn === 'toText' && a) return apply('toString', lowerValue(a, names))
  if (e.fn === 'jsonText' && a?.kind === 'property') {
    const keys = e.args.slice(1).flatMap((key) => (key.kind === 'value' ? [String(key.value)] : []))
    const { owner, key } = propertyChain(a, names)
    return field(...owner, key, ...keys)
  }
  if (e.fn === 'floor' && a?.kind === 'call' && a.fn === 'epoch' && a.args[0])
    return apply('toUnixTimestamp', lowerValue(a.args[0], names))
  if (isLikeOrBothNull(e)) return holds(e, true, names)
  if (e.fn === 'wholeLike' || e.fn === 'wholeIlike') return nullable(e, e.args, names)
  return functionCall(
    e.fn,
    e.args.map((arg) => lowerValue(arg, names)),
  )
}

const isLike = (e: Expr): e is Call => e.kind === 'call' && (e.fn === 'wholeLike' || e.fn === 'wholeIlike')

const likeOf = ({ fn, args }: Call, names: Names): PlainAst =>
  apply(fn === 'wholeLike' ? 'like' : 'ilike', ...args.map((arg) => lowerValue(arg, names)))

/** The condition whose rows are counted. */
function countedIf(e: Expr, otherwise: unknown): Expr | undefined {
  const of = e.kind === 'call' && e.fn === 'sum' && otherwise === 0 ? e.args[0] : undefined
  if (of?.kind !== 'if' || of.whenTrue.kind !== 'value' || of.whenFalse.kind !== 'value') return undefined
  return of.whenTrue.value === 1 && of.whenFalse.value === 0 ? of.condition : undefined
}

/** Null is false. */
const strict = (ast: PlainAst): PlainAst => (isTwoValued(ast) ? ast : apply('coalesce', ast, literal(false)))

/** `guarded`: where an operand is null, the condition does not hold. */
export function holds(e: Expr, truth: boolean, names: Names, guarded = true): PlainAst {
  const negatedIf = (ast: PlainAst) => (truth ? ast : opposite(strict(ast)))
  const guards = (...operands: readonly Expr[]): PlainAst[] =>
    guarded
      ? operands
          .filter((operand) => !isNeverNull(operand, names))
          .map((operand) => apply('isNotNull', lowerValue(operand, names)))
      : []
  const condition = conditionOf(e)
  if (condition) return negatedIf(holds(condition, true, names))
  const same = isSameAs(e)
  if (same) return negatedIf(apply('equals', lowerValue(same.left, names), lowerValue(same.right, names)))
  const like = isLikeOrBothNull(e)
  if (like) return negatedIf(likeOf(like, names))
  switch (e.kind) {
    case 'value':
      return typeof e.value === 'boolean' ? literal(e.value === truth) : literal(false)
    case 'and':
    case 'or': {
      const name = truth === (e.kind === 'and') ? 'and' : 'or'
      return logic(
        name,
        e.args.map((arg) => holds(arg, truth, names)),
      )
    }
    case 'not':
      return holds(e.arg, !truth, names)
    case 'if':
      return apply(
        'if',
        holds(e.condition, true, names),
        holds(e.whenTrue, truth, names),
        holds(e.whenFalse, truth, names),
      )
    case 'isNull': {
      const of = lowerValue(e.arg, names)
      return negatedIf(isTextId(e.arg, names) ? apply('equals', of, literal('')) : apply('isNull', of))
    }
    case 'compare':
      return compared(e, truth, names, guards)
    case 'in': {
      const found = apply(
        'in',
        lowerValue(e.expr, names),
        tuple(e.list.values.map((v) => lowerValue({ kind: 'value', value: v, type: e.list.type }, names))),
      )
      return truth ? found : logic('and', [opposite(found), ...guards(e.expr)])
    }
    case 'inQuery': {
      const found = apply('in', lowerValue(e.expr, names), {
        kind: 'subquery',
        query: names.query(e.query, names).ast,
        at: 0,
      })
      return truth ? found : logic('and', [opposite(found), ...guards(e.expr)])
    }
    case 'match': {
      const of = lowerValue(e.expr, names)
      const found =
        e.how === 'regex'
          ? apply('=~', of, literal(e.pattern.source))
          : apply(e.how, of, literal(`%${e.pattern.replaceAll('\\', '\\\\')}%`))
      return truth ? found : logic('and', [opposite(found), ...guards(e.expr)])
    }
    case 'anyElement': {
      const values = e.attribute === 'href' ? array([field('elements_chain_href')]) : field('elements_chain_texts')
      const body = holds(e.test, true, names)
      return negatedIf(apply('arrayExists', { kind: 'lambda', names: ['element'], body, at: 0 }, values))
    }
    case 'inCohort':
      return negatedIf({ kind: 'inCohort', expr: lowerValue(e.person, names), cohort: e.cohort, at: 0 })
    case 'call':
      if (isLike(e)) {
        const found = likeOf(e, names)
        const bothNull = e.args.every((arg) => !isNeverNull(arg, names))
        if (truth) return bothNull ? logic('and', [found, ...guards(...e.args)]) : found
        return logic('and', [opposite(found), ...guards(...e.args)])
      }
      return truth ? lowerValue(e, names) : apply('not', lowerValue(e, names))
    default:
      return truth ? lowerValue(e, names) : opposite(lowerValue(e, names))
  }
}

const COMPARISONS = {
  '=': 'equals',
  '!=': 'notEquals',
  '<': 'less',
  '<=': 'lessOrEquals',
  '>': 'greater',
  '>=': 'greaterOrEquals',
} as const
const INVERSE = { '=': '!=', '!=': '=', '<': '>=', '<=': '>', '>': '<=', '>=': '<' } as const

function compared(
  e: Compare,
  truth: boolean,
  names: Names,
  guards: (...operands: readonly Expr[]) => PlainAst[],
): PlainAst {
  const op = truth ? e.op : INVERSE[e.op]
  const test = apply(COMPARISONS[op], lowerValue(e.left, names), lowerValue(e.right, names))
  // both may be null, which is no equality of the tree
  const isSafe = op === '=' ? isNeverNull(e.left, names) || isNeverNull(e.right, names) : op !== '!='
  return isSafe ? test : logic('and', [test, ...guards(e.left, e.right)])
}

const OF_GROUPS: readonly string[] = ['sum', 'numberSum', 'avg', 'numberAvg', 'min', 'max']

/** Nulls come last in HogQL, whatever the direction. */
export function orderOf(order: Order, names: Names) {
  const { expr: key, ofId, descending = false, nullsLast = false, nullsFirst = false } = order
  const expr = (ofId && key.kind === 'call' ? key.args[0] : key) ?? key
  // the values of a group are none only if the values of its rows are
  const isOfGroup = (expr.kind === 'call' || (expr.kind === 'aggregate' && !expr.filter)) && OF_GROUPS.includes(expr.fn)
  const of = isOfGroup && expr.args[0] ? expr.args[0] : expr
  const isFirst = nullsFirst || (descending && !nullsLast && !isNeverNull(of, names))
  return { expr: lowerValue(expr, names), descending, nulls: isFirst ? ('first' as const) : null }
}

/** The rows that count are those where the last argument of `countIf` and its like holds. */
function aggregateCall({ fn, args, filter, distinct = false, over }: AggregateCall, names: Names): PlainAst {
  const call = aggregateForm(
    fn,
    args.map((arg) => lowerValue(arg, names)),
  )
  return {
    ...call,
    ...(filter ? { name: `${call.name}If`, args: [...call.args, holds(filter, true, names)] } : {}),
    distinct,
    ...(over ? { over: windowOf(over, names) } : {}),
  }
}

const windowOf = ({ partitionBy, orderBy, frame }: WindowOver, names: Names): WindowOf<PlainAst> => ({
  partitionBy: partitionBy.map((by) => lowerValue(by, names)),
  orderBy: orderBy.map((order) => orderOf(order, names)),
  frame: frame ?? null,
})

function windowed(e: Extract<Expr, { kind: 'window' | 'latestBefore' }>, names: Names): PlainCall {
  const of = e.of ? [lowerValue(e.of, names)] : []
  if (e.kind === 'window') return { ...apply(e.of ? e.fn : 'row_number', ...of), over: windowOf(e, names) }
  const at = apply('toUnixTimestamp64Micro', lowerValue(e.orderBy, names))
  const over: WindowOf<PlainAst> = {
    partitionBy: [lowerValue(e.partitionBy, names)],
    orderBy: [{ expr: at, descending: false, nulls: null }],
    frame: { unit: 'range', from: { kind: 'preceding', rows: null }, to: { kind: 'preceding', rows: 1 } },
  }
  return { ...apply('max', ...of), over }
}
