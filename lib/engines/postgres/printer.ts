import { unreachable } from '../../core/assert.ts'
import type { SqlFunction } from '../../tree/functions.ts'
import type {
  Buckets,
  Elements,
  Expr,
  Join,
  KeptBuckets,
  Order,
  Select,
  SelectColumn,
  Source,
  TimeBuckets,
} from './physical.ts'
import { sessionRows } from './session-rows.ts'

/** The structure that SQL dialects share; a dialect answers what differs. */
export abstract class Printer {
  protected abstract identifier(name: string): string
  protected abstract value(e: Extract<Expr, { kind: 'value' | 'list' }>): string
  protected abstract functions: Record<SqlFunction, (args: readonly Expr[]) => string>
  protected abstract leaf(e: LeafExpr): string
  protected abstract buckets(source: Buckets): string
  protected abstract timeBuckets(source: TimeBuckets): string
  protected abstract keptBuckets(source: KeptBuckets): string
  protected abstract column(table: string, name: string): string
  protected abstract byCodePoint(text: string): string
  protected abstract readonly commonTable: string
  protected abstract elements(source: Elements): string
  protected abstract indexes(count: number, alias: string): string

  select(query: Select): string {
    const tables = query.with ?? []
    const parts = [
      ...(tables.length > 0
        ? [
            `with ${tables.map((t) => `${this.identifier(t.name)} ${t.mayMerge ? 'as' : this.commonTable} (${this.select(t.query)})`).join(', ')}`,
          ]
        : []),
      `select ${query.distinct ? 'distinct ' : ''}${query.columns.map((c) => this.selectColumn(c)).join(', ')}`,
      `from ${this.source(query.from)}`,
      ...(query.joins ?? []).map((join) => this.join(join)),
      ...(query.where ? [`where ${this.expr(query.where)}`] : []),
      ...(query.groupBy?.length ? [`group by ${query.groupBy.map((e) => this.expr(e)).join(', ')}`] : []),
      ...(query.having ? [`having ${this.expr(query.having)}`] : []),
      ...(query.orderBy?.length ? [`order by ${this.orders(query.orderBy)}`] : []),
      ...(query.limit === undefined ? [] : [`limit ${query.limit}`]),
      ...(query.offset ? [`offset ${query.offset}`] : []),
    ]
    return parts.join(' ')
  }

  protected join({ left, right, source, on }: Join): string {
    const words = left && right ? 'full join' : left ? 'left join' : right ? 'right join' : 'join'
    return `${words} ${this.source(source)} on ${this.expr(on)}`
  }

  /** A query that ends in what would end the union stands in brackets. */
  protected unionPart(query: Select): string {
    const text = this.select(query)
    return query.with || query.orderBy || query.limit !== undefined || query.offset ? `(${text})` : text
  }

  protected selectColumn(c: SelectColumn): string {
    return `${this.expr(c.expr)} as ${this.identifier(c.as)}`
  }

  protected source(source: Source): string {
    switch (source.kind) {
      case 'common':
      case 'stored':
        return source.name === source.alias
          ? this.identifier(source.name)
          : `${this.identifier(source.name)} as ${this.identifier(source.alias)}`
      case 'guarded': {
        const alias = this.identifier(source.alias)
        const rows = `select ${alias}.* from ${this.source(source.source)} where ${this.expr(source.where)}`
        return source.one ? `lateral (${rows} limit 1) as ${alias}` : `(${rows}) as ${alias}`
      }
      case 'joined':
        return `(${[this.source(source.source), ...source.joins.map((join) => this.join(join))].join(' ')})`
      case 'sessionRows':
        return `(${sessionRows(this.select(source.events))}) as ${this.identifier(source.alias)}`
      case 'query':
        return `(${this.select(source.query)}) as ${this.identifier(source.alias)}`
      case 'lateral':
        return `lateral (${this.select(source.query)}) as ${this.identifier(source.alias)}`
      case 'function':
        return `lateral ${this.identifier(source.name)}(${source.args.map((arg) => this.expr(arg)).join(', ')}) as ${this.identifier(source.alias)}`
      case 'union': {
        const queries = source.queries.map((query) => this.unionPart(query))
        return `(${queries.join(` ${source.operator ?? 'union all'} `)}) as ${this.identifier(source.alias)}`
      }
      case 'indexes':
        return this.indexes(source.count, source.alias)
      case 'timeBuckets':
        return `(${this.timeBuckets(source)}) as ${this.identifier(source.alias)}`
      case 'keptBuckets':
        return `(${this.keptBuckets(source)}) as ${this.identifier(source.alias)}`
      case 'buckets':
        return `(${this.buckets(source)}) as ${this.identifier(source.alias)}`
      case 'elements':
        return `lateral ${this.elements(source)}`
      case 'table':
      case 'dayRows':
      case 'walks':
      case 'propertyPairs':
      case 'keyTexts':
        return unreachable(`${source.kind} must be lowered before it is printed`)
      default:
        return source satisfies never
    }
  }

  protected orders(orders: readonly Order[]): string {
    return orders.map((order) => this.#order(order)).join(', ')
  }

  #order({ expr, descending = false, byCodePoint, nullsLast, nullsFirst, nanBesideNulls }: Order): string {
    const text = byCodePoint ? this.byCodePoint(this.expr(expr)) : this.expr(expr)
    const nulls = nullsLast ? ' nulls last' : nullsFirst ? ' nulls first' : ''
    const isFirst = nullsFirst || (descending && !nullsLast)
    // NaN is the greatest number, of which nothing is taken away
    if (nanBesideNulls && descending !== isFirst)
      return `(0 - ${this.operand(expr)})${descending ? '' : ' desc'}${nulls}`
    return `${text}${descending ? ' desc' : ''}${nulls}`
  }

  expr(e: Expr): string {
    switch (e.kind) {
      case 'value':
      case 'list':
        return this.value(e)
      case 'column':
        return this.column(e.table, e.name)
      case 'call':
        return this.functions[e.fn](e.args)
      case 'compare': {
        const left = this.operand(e.left)
        const test = `${e.byCodePoint ? this.byCodePoint(left) : left} ${e.op} ${this.operand(e.right)}`
        return e.mayBeNaN ? `(${test} and ${this.operand(e[e.mayBeNaN])} <> 'NaN'::float8)` : test
      }
      case 'and':
      case 'or':
        return `(${e.args.map((arg) => this.expr(arg)).join(` ${e.kind} `)})`
      case 'not':
        return `(not ${this.operand(e.arg)})`
      case 'isNull':
        return `${this.operand(e.arg)} is null`
      case 'if':
        return `case when ${this.expr(e.condition)} then ${this.expr(e.whenTrue)} else ${this.expr(e.whenFalse)} end`
      case 'window': {
        const partition =
          e.partitionBy.length > 0 ? `partition by ${e.partitionBy.map((by) => this.expr(by)).join(', ')} ` : ''
        const call = e.of ? `${e.fn}(${this.expr(e.of)})` : 'row_number()'
        const frame = e.isStrict && ['sum', 'min', 'max'].includes(e.fn) ? ' rows unbounded preceding' : ''
        return `${call} over (${partition}order by ${this.orders(e.orderBy)}${frame})`
      }
      default:
        return this.leaf(e)
    }
  }

  /** An expression as part of another. */
  protected operand(e: Expr): string {
    const text = this.expr(e)
    return ['compare', 'isNull', 'in', 'match', 'inQuery', 'inNumbers', 'inCohort', 'if'].includes(e.kind)
      ? `(${text})`
      : text
  }
}

export type LeafExpr = Extract<
  Expr,
  {
    kind:
      | 'function'
      | 'aggregate'
      | 'windowFunction'
      | 'lambda'
      | 'in'
      | 'match'
      | 'replaceMatches'
      | 'patternCall'
      | 'anyElement'
      | 'property'
      | 'breakdownKey'
      | 'breakdownText'
      | 'textNumber'
      | 'bucketFrom'
      | 'bucketTo'
      | 'jsonRead'
      | 'native'
      | 'scalarQuery'
      | 'inQuery'
      | 'inNumbers'
      | 'inCohort'
      | 'exists'
      | 'latestBefore'
      | 'actorCell'
  }
>
