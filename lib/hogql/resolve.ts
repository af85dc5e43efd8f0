/**
 * The tree of an expression -> a typed expression over the rows of its query. A name is one of the fields that the query
 * has, so that an expression reaches nothing that its query does not; anything else is a 400 with its place.
 */
import { call, column, compare, or, value } from '../tree/build.ts'
import type { Expr, List, PropertyRead } from '../tree/expr.ts'
import type { PropertyOwner, Scalar, SqlType } from '../tree/types.ts'
import { isLargerThan } from '../tree/walk.ts'
import { INSTANT_FORMATS } from './dates.ts'
import { desugar } from './desugar.ts'
import { hogqlError } from './error.ts'
import type { Fields } from './fields.ts'
import { AGGREGATES, FUNCTIONS, type FunctionRule, isTrue, type Typed } from './functions.ts'
import { type Ast, callOf, type PlainAst, type PlainCall } from './syntax.ts'

export interface Scope {
  readonly fields: Fields
  /** Dates are those of this zone. */
  readonly timezone: string
  readonly weekStartDay: 0 | 1
  /** ISO instant. */
  readonly now: string
  /** How a property's values are read, by its registered type. */
  readonly propertyType: (of: PropertyOwner, key: string) => SqlType
  /** An ISO instant for a text that is a date, in the project's zone unless it names one; null for any other. */
  readonly instant: (text: string) => string | null
  /** Where the expression stands in the query, for errors. */
  readonly attr: string
}

/** A value of one row. Throws a 400 for an aggregate. */
export const resolveExpression = (ast: Ast, scope: Scope): Typed => new Resolver(scope, 'none').resolve(desugar(ast))

/** The value of one row as text. */
export const resolveText = (ast: Ast, scope: Scope): Expr =>
  resolveExpression(callOf<Ast>('toString', ast.at, ast), scope).expr

/** A number over many rows. Throws a 400 when a field stands outside an aggregate, and when there is none. */
export function resolveAggregate(written: Ast, scope: Scope): Expr {
  const ast = desugar(written)
  const { expr, type } = new Resolver(scope, 'outside').resolve(ast)
  if (!hasAggregate(ast)) throw hogqlError('The expression has no aggregate, such as count().', ast.at, scope.attr)
  if (type !== 'float') throw hogqlError('The expression must be a number.', ast.at, scope.attr)
  return expr
}

/** A column of a listing, which may be an aggregate over its rows; numbers of rows and the like are texts outside. */
export function resolveColumn(written: Ast, scope: Scope): Typed & { readonly isAggregate: boolean } {
  const ast = desugar(written)
  const isAggregate = hasAggregate(ast)
  const { expr, type } = new Resolver(scope, isAggregate ? 'outside' : 'none').resolve(ast)
  if (type === 'id') return { expr: call('toText', expr), type: 'text', isAggregate }
  return { expr, type, isAggregate }
}

function hasAggregate(ast: PlainAst): boolean {
  if (ast.kind === 'list') return ast.items.some(hasAggregate)
  if (ast.kind !== 'call') return false
  return aggregateName(ast.name) !== undefined || [...ast.params, ...ast.args].some(hasAggregate)
}

/** The name that the aggregate has among the rules; undefined for what is none. */
function aggregateName(name: string): string | undefined {
  return name === 'quantile' || Object.hasOwn(AGGREGATES, name) ? name : undefined
}

/** Of the tree that an expression becomes. */
const MAX_PARTS = 10_000

type Place = 'none' | 'outside' | 'inside'

class Resolver {
  readonly #scope: Scope
  #place: Place

  constructor(scope: Scope, place: Place) {
    this.#scope = scope
    this.#place = place
  }

  #error(detail: string, at: number) {
    return hogqlError(detail, at, this.#scope.attr)
  }

  resolve(ast: PlainAst): Typed {
    switch (ast.kind) {
      case 'literal':
        return literal(ast.value)
      case 'field':
        return this.#field(ast.chain, ast.at)
      case 'list':
        throw this.#error('A list can only stand behind IN.', ast.at)
      case 'call':
        return this.#call(ast)
      case 'lambda':
      case 'alias':
      case 'inCohort':
      case 'subquery':
        throw this.#error('This cannot be used here.', ast.at)
      default:
        return ast satisfies never
    }
  }

  #field(chain: readonly string[], at: number): Typed {
    const field = this.#scope.fields(chain)
    if (!field) throw this.#error(`Unable to resolve field: ${chain.join('.')}`, at)
    if (this.#place === 'outside') throw this.#error(`The field ${chain.join('.')} stands outside an aggregate.`, at)
    if (field.kind === 'column') return { expr: column(field.table, field.name), type: field.type }
    const type = this.#scope.propertyType(field.of, field.key)
    const read: PropertyRead = { kind: 'property', of: field.of, key: field.key, type }
    if (!field.path) return { expr: read, type, isRead: true, ...(type === 'boolean' ? { format: 'word' } : {}) }
    const keys = field.path.map((key) => value(key, 'text'))
    return { expr: call('jsonText', { ...read, type: 'text' }, ...keys), type: 'text' }
  }

  #text({ expr, type, format }: Typed): Expr {
    switch (type) {
      case 'text':
        return expr
      case 'float':
        return call('numberText', expr)
      case 'boolean':
        return format === 'word' ? call('toText', expr) : call('numberText', call('booleanNumber', expr))
      case 'instant': {
        const pattern = INSTANT_FORMATS[format === 'date' || format === 'seconds' ? format : 'micros']
        return call('instantText', expr, value(this.#scope.timezone, 'text'), value(pattern, 'text'))
      }
      default:
        return call('toText', expr)
    }
  }

  #call(ast: PlainCall): Typed {
    const { name } = ast
    if (name === 'in') return this.#in(ast)
    if (name === 'multiIf')
      throw this.#error('multiIf expects pairs of a condition and a value, and a value at the end.', ast.at)
    if (ast.over) throw this.#error('A window function cannot be used here.', ast.at)
    const aggregate = this.#aggregateRule(ast)
    if (aggregate) return this.#aggregate(ast, aggregate)
    const rule = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined
    if (!rule) throw this.#error(`Unsupported function call '${name}(...)'`, ast.at)
    if (ast.params.length > 0 || ast.distinct) throw this.#error(`'${name}' is no aggregate.`, ast.at)
    const args = ast.args.map((arg) => this.resolve(arg))
    return this.#withDates(ast, args) ?? this.#apply(ast, rule, args)
  }

  /** A number added to a date is one of days, to an instant one of seconds; so is what lies between two. */
  #withDates(ast: PlainCall, [a, b]: readonly Typed[]): Typed | undefined {
    if ((ast.name !== 'plus' && ast.name !== 'minus') || a?.type !== 'instant' || !b) return undefined
    const days = a.format === 'date'
    const shift = `${ast.name === 'plus' ? 'add' : 'subtract'}${days ? 'Days' : 'Seconds'}`
    if (b.type !== 'instant') return this.#apply(ast, FUNCTIONS[shift] as FunctionRule, [a, b])
    if (ast.name === 'plus') throw this.#error('Two dates cannot be added.', ast.at)
    const unit = literal(days && b.format === 'date' ? 'day' : 'second')
    return this.#apply(ast, FUNCTIONS.dateDiff as FunctionRule, [unit, b, a])
  }

  #aggregateRule(ast: PlainCall): FunctionRule | undefined {
    const name = aggregateName(ast.name)
    if (name === undefined) return undefined
    if (name === 'quantile') return this.#quantile(ast)
    if (ast.distinct) throw this.#error(`'${name}' takes no DISTINCT.`, ast.at)
    return AGGREGATES[name]
  }

  #quantile({ params, at }: PlainCall): FunctionRule {
    const [level] = params
    if (params.length !== 1 || level?.kind !== 'literal' || typeof level.value !== 'number' || level.value > 1)
      throw this.#error('quantile takes a number from 0 to 1 first: quantile(0.9)(x).', at)
    const q = value(level.value, 'float')
    return { min: 1, max: 1, takes: ['float'], build: ([of = q]) => ({ expr: call('quantile', q, of), type: 'float' }) }
  }

  #aggregate(ast: PlainCall, rule: FunctionRule): Typed {
    if (this.#place === 'none') throw this.#error(`Aggregation '${ast.name}' cannot be used here.`, ast.at)
    if (this.#place === 'inside')
      throw this.#error(`Aggregation '${ast.name}' cannot be nested inside another aggregation.`, ast.at)
    this.#place = 'inside'
    const result = this.#apply(
      ast,
      rule,
      ast.args.map((arg) => this.resolve(arg)),
    )
    this.#place = 'outside'
    return result
  }

  #apply(ast: PlainCall, rule: FunctionRule, args: readonly Typed[]): Typed {
    const { min, max, takes, build } = rule
    if (args.length < min || args.length > max) {
      const expected = min === max ? `${min} argument${min === 1 ? '' : 's'}` : `between ${min} and ${max} arguments`
      throw this.#error(`Function '${ast.name}' expects ${expected}, found ${args.length}`, ast.at)
    }
    const wanted = args.map((_, i) => takes[Math.min(i, takes.length - 1)] ?? 'any')
    const common = commonType(
      args.filter((_, i) => wanted[i] === 'same' || wanted[i] === 'compared'),
      wanted.includes('compared'),
    )
    const fitted = args.map((typed, i) => {
      const want = wanted[i] ?? 'any'
      if (want === 'any') return typed
      if (want === 'json') return textOfJson(typed) ?? this.#as(typed, 'text', ast.args[i]?.at ?? ast.at)
      return this.#as(typed, want === 'same' || want === 'compared' ? common : want, ast.args[i]?.at ?? ast.at)
    })
    const { timezone, weekStartDay, now, attr } = this.#scope
    const result = build(
      fitted.map(({ expr }) => expr),
      fitted.map(({ type }) => type),
      { timezone, weekStartDay, now, attr, error: (detail) => this.#error(detail, ast.at) },
    )
    this.#checkSize(result.expr, ast.at)
    // an instant looks as the one it was made of
    const format = (result.type === 'instant' || rule.chooses) && fitted.find((typed) => typed.format)?.format
    return format ? { format, ...result } : result
  }

  /** Constants of one type are one list; null among them is a value like others. */
  #in(ast: PlainCall): Typed {
    const [left, right] = ast.args
    if (!left || !right || ast.args.length !== 2) throw this.#error("'in' expects 2 arguments", ast.at)
    const of = this.resolve(left)
    const lists = new Map<Typed['type'], { expr: Expr; list: List }>()
    const others: Expr[] = []
    for (const item of right.kind === 'list' ? right.items : [right]) {
      const is = this.resolve(item)
      const common = commonType([of, is], true)
      const { expr, type } = this.#as(is, common, item.at)
      if (expr.kind === 'value' && expr.value !== null && type !== 'id' && type !== 'null') {
        const values = [...(lists.get(type)?.list.values ?? []), expr.value]
        lists.set(type, { expr: this.#as(of, common, left.at).expr, list: { kind: 'list', type, values } })
      } else others.push(this.#apply(ast, FUNCTIONS.equals as FunctionRule, [of, is]).expr)
    }
    const found = [...lists.values()].map(({ expr, list }) => isTrue({ kind: 'in', expr, list }))
    const any = [...found, ...others]
    const result = any.length === 0 ? value(false, 'boolean') : or(...any)
    this.#checkSize(result, ast.at)
    return { expr: result, type: 'boolean' }
  }

  /** An expression may use a part more than once. */
  #checkSize(expr: Expr, at: number): void {
    if (isLargerThan(expr, MAX_PARTS)) throw this.#error('The expression is too complex.', at)
  }

  /** The same value as another type. Throws a 400 where there is no way. */
  #as(typed: Typed, wanted: Typed['type'], at: number): Typed {
    const { expr, type } = typed
    if (type === wanted || wanted === 'null') return typed
    if (type === 'null') return { expr: value(null, wanted === 'id' ? 'int' : wanted), type: wanted }
    if (wanted === 'text') return { expr: this.#text(typed), type: 'text' }
    if (expr.kind === 'property' && typed.isRead && type === 'text' && wanted !== 'id')
      return { expr: { ...expr, type: wanted }, type: wanted }
    if (wanted === 'float') {
      if (type === 'text') return { expr: call('parseNumber', expr), type: 'float' }
      if (type === 'int') return { expr: call('toFloat', expr), type: 'float' }
      if (type === 'boolean') return { expr: call('booleanNumber', expr), type: 'float' }
    }
    if (wanted === 'boolean') {
      if (type === 'text') return { expr: call('parseBoolean', expr), type: 'boolean' }
      if (type === 'float') return { expr: compare(expr, '!=', value(0, 'float')), type: 'boolean' }
    }
    if (wanted === 'instant' && type === 'text' && expr.kind !== 'value')
      return { expr: call('parseInstant', expr, value(this.#scope.timezone, 'text')), type: 'instant' }
    if (wanted === 'instant' && type === 'float') return { expr: call('fromEpoch', expr), type: 'instant' }
    if (wanted === 'instant' && type === 'text') {
      const instant = expr.kind === 'value' ? this.#scope.instant(String(expr.value)) : null
      if (instant === null) throw this.#error('This is no date.', at)
      return { expr: value(instant, 'instant'), type: 'instant' }
    }
    throw this.#error(`This is of type ${type}, and should be ${wanted}.`, at)
  }
}

/** What JSON functions read of a property, whatever its type. */
const textOfJson = ({ expr, isRead }: Typed): Typed | undefined =>
  expr.kind === 'property' && isRead ? { expr: { ...expr, type: 'text' }, type: 'text' } : undefined

function literal(v: Scalar): Typed {
  if (v === null) return { expr: value(null, 'text'), type: 'null' }
  const type = typeof v === 'number' ? 'float' : typeof v === 'boolean' ? 'boolean' : 'text'
  return { expr: value(v, type), type }
}

/**
 * What values are compared as: numbers where one is a number, instants where one is an instant, true and false where one
 * is, else text. Where one of them is chosen, a text that is no property's stays one.
 */
function commonType(values: readonly Typed[], isComparison: boolean): Typed['type'] {
  const known = new Set(values.map(({ type }) => type).filter((type) => type !== 'null'))
  // the numbers of two columns of ids say nothing of each other
  const names = new Set(values.map(({ expr }) => (expr.kind === 'column' ? `${expr.table}.${expr.name}` : '')))
  if (known.size <= 1) return known.has('id') && names.size > 1 ? 'text' : ([...known][0] ?? 'null')
  if (known.has('instant')) return 'instant'
  if (!isComparison && values.some(({ type, isRead }) => type === 'text' && !isRead)) return 'text'
  if (known.has('float')) return 'float'
  return known.has('boolean') && known.size === 2 && known.has('text') ? 'boolean' : 'text'
}
