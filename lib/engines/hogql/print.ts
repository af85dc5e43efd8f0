import { column, value } from '../../tree/build.ts'
import type { Expr, PropertyRead, WindowCall } from '../../tree/expr.ts'
import type { SqlFunction } from '../../tree/functions.ts'
import type { Buckets, PropertyPairs, Select, Walks } from '../../tree/relation.ts'
import { mapChildren } from '../../tree/walk.ts'
import { type LeafExpr, Printer, wholeRange } from '../printer.ts'

/** Logical query -> HogQL text that can be pasted into a query. */
export const printHogql = (query: Select): string => new HogqlPrinter().select(query)

class HogqlPrinter extends Printer {
  protected readonly commonTable = 'as'
  #ofEvents = true

  protected identifier(name: string): string {
    return /^[A-Za-z_$][\w$]*$/.test(name) ? name : `\`${name.replace(/[\\`]/g, '\\$&')}\``
  }

  protected column(table: string, name: string): string {
    if (table === 'element') return 'element'
    return table === 'events' ? this.identifier(name) : `${this.identifier(table)}.${this.identifier(name)}`
  }

  protected window(fn: WindowCall['fn'], of: string): string {
    return fn === 'lead' ? `leadInFrame(toNullable(${of}))` : `${fn}(${of})`
  }

  protected frame(fn: WindowCall['fn']): string {
    return fn === 'lead' ? ' rows between unbounded preceding and unbounded following' : ''
  }

  protected indexes(count: number, alias: string): string {
    return `(select number as index from numbers(${count})) as ${this.identifier(alias)}`
  }

  protected byCodePoint(text: string): string {
    return text
  }

  protected value(e: Extract<Expr, { kind: 'value' | 'list' }>): string {
    if (e.kind === 'list') return `[${e.values.map((v) => this.value(value(v, e.type))).join(', ')}]`
    if (e.value === null) return 'NULL'
    if (e.type === 'instant')
      return `toDateTime64(${quote(String(e.value).replace('T', ' ').replace('Z', ''))}, 6, 'UTC')`
    return typeof e.value === 'string' ? quote(e.value) : String(e.value)
  }

  protected functions: Record<SqlFunction, (args: readonly Expr[]) => string> = {
    countAll: () => 'count()',
    sum: (args) => `sum(${this.#list(args)})`,
    avg: (args) => `avg(${this.#list(args)})`,
    numberSum: (args) => `sum(${this.#list(args)})`,
    numberAvg: (args) => `avg(${this.#list(args)})`,
    min: (args) => `min(${this.#list(args)})`,
    max: (args) => `max(${this.#list(args)})`,
    quantile: (args) => `quantile(${this.#list(args.slice(0, 1))})(${this.#list(args.slice(1))})`,
    coalesce: (args) => `coalesce(${this.#list(args)})`,
    countDistinct: (args) => `count(distinct ${this.#list(args)})`,
    nullIf: (args) => `nullIf(${this.#list(args)})`,
    greatest: (args) => `greatest(${this.#list(args)})`,
    least: (args) => `least(${this.#list(args)})`,
    subtract: (args) => `minus(${this.#list(args)})`,
    multiply: (args) => `multiply(${this.#list(args)})`,
    divide: (args) => `divide(${this.#list(args)})`,
    numberAdd: (args) => `plus(${this.#list(args)})`,
    numberSubtract: (args) => `minus(${this.#list(args)})`,
    numberMultiply: (args) => `multiply(${this.#list(args)})`,
    numberDivide: (args) => `divide(${this.#list(args)})`,
    numberModulo: (args) => `modulo(${this.#list(args)})`,
    negate: (args) => `negate(${this.#list(args)})`,
    abs: (args) => `abs(${this.#list(args)})`,
    floor: (args) => `floor(${this.#list(args)})`,
    ceil: (args) => `ceil(${this.#list(args)})`,
    truncate: (args) => `toInt(${this.#list(args)})`,
    lower: (args) => `lower(${this.#list(args)})`,
    upper: (args) => `upper(${this.#list(args)})`,
    trim: (args) => `trim(${this.#list(args)})`,
    trimEnd: (args) => `rtrim(${this.#list(args)})`,
    length: (args) => `length(${this.#list(args)})`,
    concat: (args) => `concat(${this.#list(args)})`,
    boundedConcat: (args) => `concat(${this.#list(args)})`,
    endsWith: (args) => `endsWith(${this.#list(args)})`,
    byCodePoint: (args) => this.#list(args),
    startsWith: (args) => `startsWith(${this.#list(args)})`,
    wholeLike: (args) => `like(${this.#list(args)})`,
    wholeIlike: (args) => `ilike(${this.#list(args)})`,
    parseNumber: (args) => `toFloat(${this.#list(args)})`,
    parseWhole: (args) => `toInt(${this.#list(args)})`,
    parseBoolean: (args) => `toBool(${this.#list(args)})`,
    whole: (args) => `toInt(${this.#list(args)})`,
    booleanNumber: (args) => `toFloat(${this.#list(args)})`,
    numberText: (args) => `toString(${this.#list(args)})`,
    add: (args) => `(${args.map((arg) => this.expr(arg)).join(' + ')})`,
    secondsBetween: (args) => `dateDiff('second', ${this.#list(args)})`,
    toFloat: (args) => `toFloat(${this.#list(args)})`,
    toText: (args) => `toString(${this.#list(args)})`,
    trimUrl: (args) => `if(empty(trimRight(${this.#list(args)}, '/?#')), '/', trimRight(${this.#list(args)}, '/?#'))`,
    bin: (args) => this.#bin(args),
    texts: (args) => `[${this.#list(args)}]`,
    textsJson: ([list, none]) =>
      `toJSONString(arrayMap(x -> if(x = '', ${this.#list(none ? [none] : [])}, x), ${this.#list(list ? [list] : [])}))`,
    startOf: ([unit, x]) => this.#startOf(unit?.kind === 'value' ? String(unit.value) : '', this.#list(x ? [x] : [])),
    datePart: ([part, x]) => `${PARTS[part?.kind === 'value' ? String(part.value) : '']}(${this.#list(x ? [x] : [])})`,
    dateDiff: (args) => `dateDiff(${this.#list(args.slice(0, 3))})`,
    dateAdd: (args) => `dateAdd(${this.#list(args.slice(0, 3))})`,
    epoch: (args) => `toUnixTimestamp(${this.#list(args)})`,
    fromEpoch: (args) => `fromUnixTimestamp(${this.#list(args)})`,
    parseInstant: (args) => `toDateTime(${this.#list(args.slice(0, 1))})`,
    instantText: ([of, , format]) => `formatDateTime(${this.#list([of, format].filter((arg) => arg !== undefined))})`,
    jsonText: (args) => `JSONExtractString(${this.#list(args)})`,
    replaceAll: (args) => `replaceAll(${this.#list(args)})`,
    substring: (args) => `substring(${this.#list(args)})`,
    left: (args) => `left(${this.#list(args)})`,
    position: (args) => `position(${this.#list(args)})`,
    sqrt: (args) => `sqrt(${this.#list(args)})`,
    power: (args) => `pow(${this.#list(args)})`,
    round: (args) => `round(${this.#list(args)})`,
    element: (args) => `arrayElement(${this.#list(args)})`,
    hasBit: (args) => `bitAnd(${this.#list(args)}) != 0`,
    cubeRoot: (args) => `cbrt(${this.#list(args)})`,
    bucketIndexes: (args) => `bucketIndexes(${this.#list(args)})`,
    bucketIndex: (args) =>
      `arrayCount(start -> start <= ${this.#list(args.slice(0, 1))}, ${this.#list(args.slice(1))}) - 1`,
  }

  #startOf(unit: string, x: string): string {
    const minutes = { '5 minutes': 'FiveMinutes', '10 minutes': 'TenMinutes', '15 minutes': 'FifteenMinutes' }[unit]
    if (minutes) return `toStartOf${minutes}(${x})`
    if (unit === 'sunday' || unit === 'week') return `toStartOfWeek(${x}, ${unit === 'week' ? 1 : 0})`
    return `toStartOf${unit[0]?.toUpperCase()}${unit.slice(1)}(${x})`
  }

  #bin(args: readonly Expr[]): string {
    const [x, low, high, bins] = args.map((arg) => this.expr(arg))
    const width = `((${high} - ${low}) / ${bins})`
    const index = `if(${high} = ${low}, 0, least(floor((${x} - ${low}) / ${width}), ${bins} - 1))`
    const end = `if(${high} = ${low} or ${index} = ${bins} - 1, ${high} + 0.01, ${low} + (${index} + 1) * ${width})`
    return `concat('[', toString(${low} + ${index} * ${width}), ',', toString(${end}), ']')`
  }

  #list(args: readonly Expr[]): string {
    return args.map((arg) => this.expr(arg)).join(', ')
  }

  protected leaf(e: LeafExpr): string {
    switch (e.kind) {
      case 'in':
        return `${this.operand(e.expr)} in ${this.value(e.list)}`
      case 'match':
        return e.how !== 'regex'
          ? `${this.operand(e.expr)} ${e.how} ${quote(`%${e.pattern.replaceAll('\\', '\\\\')}%`)}`
          : `match(${this.expr(e.expr)}, ${quote(e.pattern)})`
      case 'anyElement': {
        const values = e.attribute === 'href' ? '[elements_chain_href]' : 'elements_chain_texts'
        return `arrayExists(element -> ${this.expr(e.test)}, ${values})`
      }
      case 'property':
        return this.#property(e)
      case 'breakdownKey':
        return `coalesce(toString(${this.expr(e.of)}), '')`
      case 'breakdownText':
        return this.expr(e.key)
      case 'intervalStart':
        return this.#intervalStart(e)
      case 'bucketIndexes':
        return this.#bucketIndexes(e)
      case 'scalarQuery':
        return `(${this.select(e.query)})`
      case 'inCohort':
        return `${this.operand(e.person)} in cohort ${e.cohort}`
      case 'latestBefore':
        return (
          `max(${this.expr(e.of)}) over (partition by ${this.expr(e.partitionBy)} order by ${this.expr(e.orderBy)} ` +
          'range between unbounded preceding and 1 preceding)'
        )
      case 'actorCell':
        return e.of === 'person' ? 'person' : 'group'
      case 'inQuery':
        return `${this.operand(e.expr)} in (${this.select(e.query)})`
      case 'bucketFrom':
      case 'bucketTo':
      case 'jsonRead':
      case 'native':
      case 'exists':
        throw new Error(`${e.kind} has no HogQL form`)
      default:
        return e satisfies never
    }
  }

  /** Events lead to their person; in a query of persons it is the table. */
  override select(query: Select): string {
    const outer = this.#ofEvents
    this.#ofEvents = query.from.kind === 'table' && query.from.name === 'events'
    const text = super.select(query)
    this.#ofEvents = outer
    return text
  }

  #property(e: PropertyRead): string {
    const owner = e.of === 'person' && !this.#ofEvents ? 'persons' : e.of
    const read = `${e.of === 'event' ? '' : `${owner}.`}properties.${this.identifier(e.key)}`
    switch (e.type) {
      case 'float':
      case 'int':
        return `toFloat(${read})`
      case 'boolean':
        return `toBool(${read})`
      case 'instant':
        return `toDateTime(${read})`
      case 'text':
        return read
      default:
        return e.type satisfies never
    }
  }

  #bucketIndexes({ bounds, of }: Extract<Expr, { kind: 'bucketIndexes' }>): string {
    const list = (key: 'from' | 'to') =>
      this.value({ kind: 'list', values: bounds.map((b) => b[key]), type: 'instant' })
    const at = this.expr(of)
    return (
      `arrayJoin(arrayFilter(i -> ${list('from')}[i + 1] <= ${at} and ${at} < ${list('to')}[i + 1], ` +
      `range(${bounds.length})))`
    )
  }

  #intervalStart(e: Extract<Expr, { kind: 'intervalStart' }>): string {
    const of = this.expr(e.of)
    switch (e.interval) {
      case 'minute':
        return `toStartOfMinute(${of})`
      case 'hour':
        return `toStartOfHour(${of})`
      case 'day':
        return `toStartOfDay(${of})`
      case 'week':
        return `toStartOfWeek(${of}, ${e.weekStartDay === 1 ? 1 : 0})`
      case 'month':
        return `toStartOfMonth(${of})`
      default:
        return e.interval satisfies never
    }
  }

  protected walks(walks: Walks): string {
    const { order, windowSeconds, breakdown, entries } = walks
    const outer = this.#ofEvents
    this.#ofEvents = true
    const steps = walks.steps.map(
      ({ test, isOptional, first }) =>
        `tuple(${[this.expr(test), ...(isOptional || first ? [String(isOptional)] : []), ...(first ? [this.expr(first)] : [])].join(', ')})`,
    )
    const exclusions = walks.exclusions.map(({ test, from, to }) => `tuple(${this.expr(test)}, ${from}, ${to})`)
    const range = [walks.from, walks.to].map((at) => this.value(value(at, 'instant')))
    const parts = [
      this.expr(walks.actor),
      `tuple(${range.join(', ')})`,
      this.expr(walks.filter),
      `[${steps.join(', ')}]`,
      `[${exclusions.join(', ')}]`,
      quote(order),
      String(windowSeconds),
      breakdown
        ? `tuple([${breakdown.parts.map((part) => this.expr(part)).join(', ')}], ${quote(breakdown.attribution)}, ${breakdown.step}, ${breakdown.skipsEmpty})`
        : 'NULL',
      entries
        ? `tuple(${this.value({ kind: 'list', values: entries.starts, type: 'instant' })}, ${entries.goal})`
        : 'NULL',
    ]
    this.#ofEvents = outer
    return `funnelWalks(${parts.join(', ')}) as ${this.identifier(walks.alias)}`
  }

  protected propertyPairs({ of, alias }: PropertyPairs): string {
    return `propertyPairs(${this.expr(of)}) as ${this.identifier(alias)}`
  }

  /** One pass over the range, grouped by the start of the interval. */
  protected buckets(source: Buckets): string {
    const { from, to } = wholeRange(source.bounds)
    const bounded = (e: Expr): Expr => {
      if (e.kind === 'bucketFrom') return value(from, 'instant')
      if (e.kind === 'bucketTo') return value(to, 'instant')
      return mapChildren(e, bounded)
    }
    const single = source.bounds.length === 1
    const start = (query: Select): Expr => {
      if (single) return value(0, 'int')
      if (query.from.kind === 'query') return column(query.from.alias, 'bucket')
      if (source.overlapping) return { kind: 'bucketIndexes', bounds: source.bounds, of: column('events', 'timestamp') }
      const { interval, weekStartDay } = source
      return { kind: 'intervalStart', interval, weekStartDay, of: column('events', 'timestamp') }
    }
    const grouped = (query: Select): Select => ({
      ...query,
      columns: [{ expr: start(query), as: 'bucket' }, ...query.columns],
      from: query.from.kind === 'query' ? { ...query.from, query: grouped(query.from.query) } : query.from,
      ...(query.where ? { where: bounded(query.where) } : {}),
      groupBy: [...(single ? [] : [start(query)]), ...(query.groupBy ?? [])],
    })
    return this.select(grouped(source.each))
  }
}

const PARTS: Readonly<Record<string, string>> = {
  year: 'toYear',
  quarter: 'toQuarter',
  month: 'toMonth',
  week: 'toISOWeek',
  day: 'toDayOfMonth',
  doy: 'toDayOfYear',
  isodow: 'toDayOfWeek',
  hour: 'toHour',
  minute: 'toMinute',
  second: 'toSecond',
}

const quote = (text: string) => `'${text.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\0', '\\0')}'`
