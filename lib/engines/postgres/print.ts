import { assert, unreachable } from '../../core/assert.ts'
import type { Param, Statement } from '../../core/statement.ts'
import type { WindowFrameBound, WindowOver } from '../../tree/expr.ts'
import type { SqlFunction } from '../../tree/functions.ts'
import type { SqlType } from '../../tree/types.ts'
import { arrayLiteral } from './array-literal.ts'
import { dateAdd, dateDiff, datePart, startOf } from './dates.ts'
import { asJson, elementRows, readAs, type Walk, walkOf } from './elements.ts'
import { PRINTED_AGGREGATES, PRINTED_WINDOW_FUNCTIONS } from './functions/aggregates.ts'
import { PRINTED_LAMBDAS } from './functions/lambdas.ts'
import { PRINTED_FUNCTIONS } from './functions/language.ts'
import { patternTexts, printPatternCall } from './functions/patterns.ts'
import { instantText } from './instant-format.ts'
import { type Print, printFilling, printKeptBuckets } from './partials/print.ts'
import type {
  Buckets,
  Elements,
  Expr,
  KeptBuckets,
  LambdaCall,
  NativeFunction,
  Physical,
  Select,
  TimeBuckets,
} from './physical.ts'
import { some } from './physical.ts'
import { type LeafExpr, Printer } from './printer.ts'
import { postgresRegex, postgresReplacement } from './regex.ts'

const TYPES: Record<SqlType, string> = {
  text: 'text',
  float: 'float8',
  int: 'int4',
  boolean: 'boolean',
  instant: 'timestamptz',
}

/** A name that Postgres has as it is. */
const isPlainName = (name: string): boolean =>
  name !== '' && name.length < 64 && !name.startsWith('name #') && new TextEncoder().encode(name).length < 64

const MAX_REPLACED = 10_000

/** Physical query -> text and params. Equal values share a placeholder, so that GROUP BY recognises its columns. */
export function printPostgres(query: Select): Statement {
  const printer = new PostgresPrinter()
  const text = printer.select(query)
  return { text, params: printer.params, ...(query.joinsMany ? { joinsMany: true } : {}) }
}

/** The statements that keep what the buckets are made of, to be run before those that read it. */
export const printFillings = (kept: readonly KeptBuckets[]): Statement[] =>
  kept.flatMap((each) => printFilling(each, () => new PostgresPrinter().parts))

class PostgresPrinter extends Printer {
  readonly params: Param[] = []
  readonly #placeholders = new Map<string, string>()
  readonly #oddNames = new Map<string, number>()
  /** How the elements are walked that the alias stands for, inside of what reads them. */
  readonly #walks = new Map<string, Walk>()
  protected readonly commonTable = 'as materialized'

  /** Postgres cuts long names, so that two could be one, and has no empty ones: such names are numbered. */
  protected identifier(name: string): string {
    if (!isPlainName(name)) {
      const number = this.#oddNames.get(name) ?? this.#oddNames.size + 1
      this.#oddNames.set(name, number)
      return `"name #${number}"`
    }
    return `"${name.replaceAll('"', '""')}"`
  }

  protected column(table: string, name: string): string {
    return asJson(this.#plainColumn(table, name), elementType(this.#walks.get(table), name))
  }

  #plainColumn(table: string, name: string): string {
    return `${this.identifier(table)}.${this.identifier(name)}`
  }

  protected indexes(count: number, alias: string): string {
    const name = this.identifier(alias)
    return `generate_series(0, ${this.#placeholder(count - 1, 'int4')}) as ${name}("index")`
  }

  override expr(e: Expr): string {
    return longerThan(e, (part) => this.expr(part)) ?? super.expr(e)
  }

  protected byCodePoint(text: string): string {
    return `${text} collate "C"`
  }

  #placeholder(param: Param, type: string): string {
    const key = `${type}:${typeof param}:${param}`
    const known = this.#placeholders.get(key)
    if (known) return known
    this.params.push(param)
    const text = `$${this.params.length}::${type}`
    this.#placeholders.set(key, text)
    return text
  }

  protected value(e: Extract<Expr, { kind: 'value' | 'list' }>): string {
    return e.kind === 'value'
      ? this.#placeholder(e.value, TYPES[e.type])
      : this.#placeholder(arrayLiteral(e.values), `${TYPES[e.type]}[]`)
  }

  protected functions: Record<SqlFunction, (args: readonly Expr[]) => string> = {
    countAll: () => 'count(*)',
    sum: (args) => `sum(${this.#list(args)})`,
    avg: (args) => `avg(${this.#list(args)})`,
    numberSum: ([x]) => `number_unscaled(sum(${this.#one(x)} * power(2::float8, -560)))`,
    numberAvg: ([x]) => `number_unscaled(avg(${this.#one(x)} * power(2::float8, -560)))`,
    min: (args) => `min(${this.#list(args)})`,
    max: (args) => `max(${this.#list(args)})`,
    quantile: ([q, x]) => `percentile_cont(${this.#one(q)}) within group (order by ${this.#one(x)})`,
    coalesce: (args) => `coalesce(${this.#list(args)})`,
    countDistinct: ([x]) => `count(distinct ${this.#one(x)})`,
    nullIf: (args) => `nullif(${this.#list(args)})`,
    greatest: (args) => `greatest(${this.#list(args)})`,
    least: (args) => `least(${this.#list(args)})`,
    subtract: ([a, b]) => `(${this.#one(a)} - ${this.#one(b)})`,
    multiply: ([a, b]) => `(${this.#one(a)} * ${this.#one(b)})`,
    divide: ([a, b]) => `(${this.#one(a)} / nullif(${this.#one(b)}, 0))`,
    numberAdd: (args) => `number_add(${this.#list(args)})`,
    numberSubtract: ([a, b]) => `number_add(${this.#one(a)}, -(${this.#one(b)}))`,
    numberMultiply: (args) => `number_multiply(${this.#list(args)})`,
    numberDivide: ([a, b]) =>
      isPlainDivisor(b) ? `(${this.#one(a)} / ${this.#one(b)})` : `number_divide(${this.#one(a)}, ${this.#one(b)})`,
    numberModulo: (args) => `number_modulo(${this.#list(args)})`,
    negate: ([x]) => `(0 - ${this.#one(x)})`,
    abs: ([x]) => `abs(${this.#one(x)})`,
    floor: ([x]) => `floor(${this.#one(x)})`,
    ceil: ([x]) => `ceil(${this.#one(x)})`,
    truncate: ([x]) => `trunc(${this.#one(x)})`,
    lower: ([x]) => `text_lower(${this.#one(x)})`,
    upper: ([x]) => `text_upper(${this.#one(x)})`,
    trim: ([x]) => `btrim(${this.#one(x)})`,
    trimEnd: (args) => `rtrim(${this.#list(args)})`,
    length: ([x]) => `length(${this.#one(x)})`,
    concat: (args) => `concat(${this.#list(args)})`,
    boundedConcat: (args) => `text_concat(${this.#list(args)})`,
    endsWith: ([x, end]) => `starts_with(reverse(${this.#one(x)}), reverse(${this.#one(end)}))`,
    byCodePoint: ([x]) => `(${this.byCodePoint(this.#one(x))})`,
    startsWith: (args) => `starts_with(${this.#list(args)})`,
    wholeLike: ([x, pattern]) => `${this.#one(x)} like ${this.#likePattern(pattern)}`,
    wholeIlike: ([x, pattern]) => `text_ilike(${this.#one(x)}, ${this.#likePattern(pattern)})`,
    parseNumber: (args) => `text_number(${this.#list(args)})`,
    parseWhole: (args) => `text_whole(${this.#list(args)})`,
    parseBoolean: (args) => `text_boolean(${this.#list(args)})`,
    whole: (args) => `number_whole(${this.#list(args)})`,
    booleanNumber: ([x]) => `(${this.#one(x)})::int4::float8`,
    numberText: (args) => `number_text(${this.#list(args)})`,
    add: ([a, b]) => `(${this.#one(a)} + ${this.#one(b)})`,
    secondsBetween: ([a, b]) => `date_part('epoch', ${this.#one(b)} - ${this.#one(a)})`,
    toFloat: ([x]) => `${this.#one(x)}::float8`,
    toText: ([x]) => `${this.#one(x)}::text`,
    trimUrl: ([x]) => `coalesce(nullif(rtrim(${this.#one(x)}, '/?#'), ''), '/')`,
    bin: (args) => `histogram_bin(${this.#list(args)})`,
    idSet: ([x]) =>
      `coalesce(uniq(array_agg(${this.#one(x)} order by ${this.#one(x)}) filter (where ${this.#one(x)} is not null)), '{}')`,
    intersection: ([a, b]) => `(${this.#one(a)} & ${this.#one(b)})`,
    setSize: ([set]) => `cardinality(${this.#one(set)})`,
    numberList: ([x]) =>
      `coalesce(array_agg(distinct ${this.#one(x)}::float8) filter (where ${this.#one(x)} is not null), '{}')`,
    sortedNumbers: ([list]) => `array(select unnest(${this.#one(list)}) order by 1)`,
    hasNumber: ([list, x]) => `(${this.#one(x)} = any(${this.#one(list)}))`,
    members: ([set]) => `unnest(${this.#one(set)})`,
    texts: (args) => `array[${this.#list(args)}]`,
    textsJson: ([list, none]) => `array_to_json(array_replace(${this.#one(list)}, '', ${this.#one(none)}))::text`,
    startOf: ([unit, x, zone]) => startOf(constant(unit), this.#one(x), () => this.#one(zone)),
    datePart: ([part, x, zone]) => datePart(constant(part), this.#one(x), this.#one(zone)),
    dateDiff: ([unit, a, b, zone]) => dateDiff(constant(unit), this.#one(a), this.#one(b), () => this.#one(zone)),
    dateAdd: ([unit, n, x, zone]) => dateAdd(constant(unit), this.#one(n), this.#one(x), this.#one(zone)),
    epoch: ([x]) => `extract(epoch from ${this.#one(x)})::float8`,
    fromEpoch: ([x]) => `number_instant(${this.#one(x)})`,
    parseInstant: ([x, zone]) => `text_instant(${this.#one(x)}, ${this.#one(zone)}, false)`,
    instantText: ([x, zone, format]) =>
      instantText(this.#one(x), this.#one(zone), constant(format), (pattern) => this.#placeholder(pattern, 'text')),
    jsonText: (args) => `json_text(${this.#list(args)})`,
    replaceAll: (args) => `text_replace(${this.#list(args)})`,
    substring: (args) => `text_part(${this.#list(args)})`,
    left: (args) => `text_left(${this.#list(args)})`,
    position: ([x, part]) => `strpos(${this.#one(x)}, ${this.#one(part)})`,
    sqrt: (args) => `number_root(${this.#list(args)})`,
    power: (args) => `number_power(${this.#list(args)})`,
    round: (args) => `number_round(${this.#list(args)})`,
    element: ([list, index]) =>
      `${list?.kind === 'list' ? `(${this.#one(list)})` : this.#one(list)}[${this.#one(index)}]`,
    hasBit: ([mask, bit]) => `(${this.#one(mask)} & ${this.#one(bit)} <> 0)`,
    cubeRoot: (args) => `number_cube_root(${this.#list(args)})`,
    bucketIndexes: ([x, starts, ends]) =>
      `unnest(array(select ("b"."n" - 1)::int4 from unnest(${this.#one(starts)}, ${this.#one(ends)}) with ordinality as "b"("from", "to", "n") ` +
      `where "b"."from" <= ${this.#one(x)} and ${this.#one(x)} < "b"."to"))`,
    bucketIndex: (args) => `width_bucket(${this.#list(args)}) - 1`,
  }

  /** Functions of physical.ts. */
  #native: Record<NativeFunction, (args: readonly Expr[]) => string> = {
    collect: ([x, ...order]) => `array_agg(${this.#one(x)} order by ${this.#list(order)})`,
    firstWhere: ([x, condition, order]) =>
      `(array_agg(${this.#one(x)} order by ${this.#one(order)}) filter (where ${this.#one(condition)}))[1]`,
    lastWhere: ([x, condition, order]) =>
      `(array_agg(${this.#one(x)} order by ${this.#one(order)} desc) filter (where ${this.#one(condition)}))[1]`,
    numbers: (args) => `array[${this.#list(args)}]::float8[]`,
    joinLists: ([a, b]) => `(${this.#one(a)} || ${this.#one(b)})`,
    secondsBefore: ([at, seconds]) => `(${this.#one(at)} - make_interval(secs => ${this.#one(seconds)}))`,
    sortedUpTo: ([list, limit]) =>
      `(select array_agg("t" order by "t") from unnest(${this.#one(list)}) as "t" where "t" <= ${this.#one(limit)})`,
    bitOr: (args) => `bit_or(${this.#list(args)})`,
    nothing: () => 'null',
    checkFunnelWork: (args) => `check_funnel_work(${this.#list(args)})`,
    elementValues: (args) => `elements_chain_values(${this.#list(args)})`,
    elementLink: ([chain]) => `(elements_chain_values(${this.#one(chain)}, 'href'))[1]`,
    elementTags: (args) => `elements_chain_tags(${this.#list(args)})`,
    different: (args) => `texts_different(${this.#list(args)})`,
    bucketStart: () => '"bucket"."start"',
    microseconds: ([at]) => `(extract(epoch from ${this.#one(at)}) * 1000000)::float8`,
    instantOfMicroseconds: ([n]) =>
      `(timestamptz '1970-01-01 00:00:00+00' + ${this.#one(n)} * interval '1 microsecond')`,
    without: ([a, b]) => `(${this.#one(a)} - ${this.#one(b)})`,
    idUnion: ([sets]) => `id_union(${this.#one(sets)})`,
    soon: ([days]) =>
      `(date_bin('1 day', now(), timestamptz '2000-01-01 00:00:00+00') + make_interval(days => 2 - ${this.#one(days)}))`,
    uuid: ([text]) => `${this.#one(text)}::uuid`,
    isUuidOf: ([of, list]) => `${this.#one(of)} = any(${this.#one(list)}::uuid[])`,
    uuidText: (args) => `text_uuid(${this.#list(args)})`,
    personJson: (args) => `person_json(${this.#list(args)})`,
    groupJson: (args) => `group_json(${this.#list(args)})`,
    withDistinctIds: ([json, ids]) =>
      `jsonb_set(${this.#one(json)}, '{distinct_ids}', to_jsonb(array${this.#one(ids)}))`,
  }

  /** The backslashes of a constant were looked at before. */
  #likePattern(pattern: Expr | undefined): string {
    return pattern?.kind === 'value' ? this.#one(pattern) : `like_pattern(${this.#one(pattern)})`
  }

  #list(args: readonly Expr[]): string {
    return args.map((arg) => this.expr(arg)).join(', ')
  }

  #one(arg: Expr | undefined): string {
    assert(arg, 'an argument is missing')
    return this.operand(arg)
  }

  protected leaf(e: LeafExpr): string {
    switch (e.kind) {
      case 'in':
        return `${this.operand(e.expr)} = any(${this.value(e.list)})`
      case 'match':
        return e.how !== 'regex'
          ? `${this.operand(e.expr)} ${e.how} ${this.#placeholder(`%${e.pattern.replaceAll('\\', '\\\\')}%`, 'text')}`
          : `${this.operand(e.expr)} ~ ${this.#placeholder(postgresRegex(e.pattern), 'text')}`
      case 'replaceMatches': {
        const [pattern, replacement] = [postgresRegex(e.pattern), postgresReplacement(e.replacement)]
        const replaced = `regexp_replace(${this.expr(e.expr)}, ${this.#placeholder(pattern, 'text')}, ${this.#placeholder(replacement, 'text')}, 'g')`
        // rules that follow each other may multiply a text
        return `left(${replaced}, ${MAX_REPLACED})`
      }
      case 'patternCall': {
        const { pattern, texts } = patternTexts(e)
        const [own, ...more] = [pattern, ...texts].map((text) => this.#placeholder(text, 'text'))
        return printPatternCall(
          e,
          this.operand(e.expr),
          own ?? '',
          more.length > 0 ? more : e.args.map((arg) => this.expr(arg)),
        )
      }
      case 'anyElement': {
        const values = `elements_chain_values(${this.expr(e.chain)}, ${this.#placeholder(e.attribute, 'text')})`
        // an event has the link of its innermost element
        const read = e.attribute === 'href' ? `(${values})[:1]` : values
        return `exists (select from unnest(${read}) as "element"("value") where ${this.expr(e.test)})`
      }
      case 'bucketFrom':
        return '"bucket"."from"'
      case 'bucketTo':
        return '"bucket"."to"'
      case 'jsonRead':
        return this.#jsonRead(e)
      case 'native':
        return this.#native[e.fn](e.args)
      case 'scalarQuery':
        return `(${this.select(e.query)})`
      case 'inQuery':
        return e.isLarge
          ? `${this.operand(e.expr)} in (${this.select(e.query)})`
          : `${this.operand(e.expr)} = any(array(${this.select(e.query)}))`
      case 'inNumbers':
        return `${this.operand(e.expr)} = any(array(${this.select(e.query)} union all select -1))`
      case 'exists':
        return `exists (${this.select(e.query)})`
      case 'latestBefore':
        return (
          `max(${this.expr(e.of)}) over (partition by ${this.expr(e.partitionBy)} order by ${this.expr(e.orderBy)} ` +
          'groups between unbounded preceding and 1 preceding)'
        )
      case 'function':
        return this.#readElement(e) ?? PRINTED_FUNCTIONS[e.fn](e.args.map((arg) => this.operand(arg)))
      case 'aggregate':
        return PRINTED_AGGREGATES[e.fn](
          e.args.map((arg) => this.operand(arg)),
          (call, ...conditions) => `${call}${this.#filter(e.filter, conditions)}${e.over ? this.#over(e.over) : ''}`,
          { distinct: e.distinct ? 'distinct ' : '', order: e.orderBy ? this.orders(e.orderBy) : '' },
        )
      case 'windowFunction':
        return PRINTED_WINDOW_FUNCTIONS[e.fn](
          e.args.map((arg) => this.operand(arg)),
          (call) => `${call}${this.#over(e.over)}`,
        )
      case 'lambda':
        return this.#lambda(e)
      case 'property':
      case 'actorCell':
      case 'inCohort':
      case 'breakdownKey':
      case 'breakdownText':
      case 'textNumber':
        return unreachable(`${e.kind} must be lowered before it is printed`)
      default:
        return e satisfies never
    }
  }

  /** An aggregate of nothing but columns around it would be one of the rows around it: each body reads its element. */
  #ofElement({ alias, body }: LambdaCall, name: string): string {
    const text = this.operand(body)
    const isRead = some(body, (part) => part.kind === 'column' && part.table === alias)
    return isRead ? text : `(case when ${name}."value_1" is null or true then ${text} end)`
  }

  #lambda(e: LambdaCall): string {
    const alias = this.identifier(e.alias)
    const walk = walkOf(e, e.body, e.fn)
    const arrays = this.#arrays(walk, e)
    const initial = e.initial && this.expr(e.initial)
    return this.#within([[e.alias, walk]], () =>
      PRINTED_LAMBDAS[e.fn]({
        rows: elementRows(walk, arrays, alias),
        value: `${alias}."value_1"`,
        index: `${alias}."index"`,
        body: this.#ofElement(e, alias),
        alias,
        arrays,
        areTexts: walk.types.map((type) => type === 'text'),
        initial,
      }),
    )
  }

  #arrays({ document }: Walk, { arrays }: Pick<Elements, 'arrays'>): readonly string[] {
    return document ? [this.expr(document.of)] : arrays.map((array) => this.expr(array))
  }

  #within(walks: readonly (readonly [string, Walk])[], print: () => string): string {
    const outer = walks.map(([alias]) => [alias, this.#walks.get(alias)] as const)
    for (const [alias, walk] of walks) this.#walks.set(alias, walk)
    const text = print()
    for (const [alias, walk] of outer) {
      if (walk) this.#walks.set(alias, walk)
      else this.#walks.delete(alias)
    }
    return text
  }

  #readElement({ fn, args: [of] }: Extract<Expr, { kind: 'function' }>): string | undefined {
    const walk = of?.kind === 'column' ? this.#walks.get(of.table) : undefined
    if (of?.kind !== 'column' || !walk) return undefined
    return readAs(fn, this.#plainColumn(of.table, of.name), elementType(walk, of.name))
  }

  override select(query: Select): string {
    const sources = [query.from, ...(query.joins ?? []).map(({ source }) => source)]
    const walks = sources.flatMap((source) =>
      source.kind === 'elements' ? [[source.alias, walkOf(source, query)] as const] : [],
    )
    return this.#within(walks, () => super.select(query))
  }

  protected elements(source: Elements): string {
    const walk = this.#walks.get(source.alias)
    assert(walk, 'the elements are of the select that is printed')
    return elementRows(walk, this.#arrays(walk, source), this.identifier(source.alias))
  }

  #filter(filter: Expr | undefined, conditions: readonly string[]): string {
    const all = [...(filter ? [this.operand(filter)] : []), ...conditions]
    return all.length === 0 ? '' : ` filter (where ${all.join(' and ')})`
  }

  #over({ partitionBy, orderBy, frame }: WindowOver<Physical>): string {
    const parts = [
      ...(partitionBy.length > 0 ? [`partition by ${this.#list(partitionBy)}`] : []),
      ...(orderBy.length > 0 ? [`order by ${this.orders(orderBy)}`] : []),
      ...(frame ? [`${frame.unit} between ${frameBound(frame.from)} and ${frameBound(frame.to)}`] : []),
    ]
    return ` over (${parts.join(' ')})`
  }

  #jsonRead(e: Extract<Expr, { kind: 'jsonRead' }>): string {
    const json = this.expr(e.json)
    const key = this.#placeholder(e.key, 'text')
    switch (e.type) {
      case 'text':
        return `(${json} ->> ${key})`
      case 'float':
        return `property_number(${json} -> ${key})`
      case 'int':
        return `property_number(${json} -> ${key})::int4`
      case 'boolean':
        return `(case lower(${json} ->> ${key}) when 'true' then true when 'false' then false end)`
      case 'instant':
        return `property_instant(${json} -> ${key}, ${this.#placeholder(e.timezone, 'text')})`
      default:
        return e.type satisfies never
    }
  }

  /** Days and hours begin at quarters of an hour: a grid of them says where each does, whatever the clocks do. */
  protected timeBuckets({ unit, timezone, from, to, each }: TimeBuckets): string {
    const start = startOf(constant(unit), '"at"', () => this.expr(timezone))
    return (
      `select "each".* from (select ${start} as "start", min("at") as "from", lead(min("at"), 1, ${this.expr(to)}) over (order by min("at")) as "to" ` +
      `from generate_series(${this.expr(from)}, ${this.expr(to)} - interval '15 minutes', interval '15 minutes') as "at" group by 1) as "bucket", ` +
      `lateral (${this.select(each)}) as "each"`
    )
  }

  protected keptBuckets(source: KeptBuckets): string {
    return printKeptBuckets(source, this.parts)
  }

  /** For texts that are put together elsewhere. */
  get parts(): Print & { readonly params: readonly Param[] } {
    return {
      params: this.params,
      select: (query) => this.select(query),
      expr: (e) => this.expr(e),
      param: (value, type) => this.#placeholder(value, type),
    }
  }

  protected buckets(source: Buckets): string {
    if (source.together) return this.select(source.together)
    const list = (key: 'from' | 'to') =>
      this.#placeholder(arrayLiteral(source.bounds.map((b) => b[key])), 'timestamptz[]')
    return (
      `select ("bucket"."n" - 1)::int4 as "bucket", "each".* ` +
      `from unnest(${list('from')}, ${list('to')}) with ordinality as "bucket"("from", "to", "n"), ` +
      `lateral (${this.select(source.each)}) as "each"`
    )
  }
}

const elementType = (walk: Walk | undefined, column: string) =>
  walk?.types[Number(/^value_(\d+)$/.exec(column)?.[1]) - 1]

const frameBound = (bound: WindowFrameBound): string =>
  bound.kind === 'current' ? 'current row' : `${bound.rows ?? 'unbounded'} ${bound.kind}`

/** By such a constant no number becomes too large or too small. */
const isPlainDivisor = (e: Expr | undefined): boolean =>
  e?.kind === 'value' && typeof e.value === 'number' && e.value >= 1 && e.value <= 1e9

/** A constant of ours that decides what the text is; what it may be is checked where it is used. */
function constant(e: Expr | undefined): string {
  assert(e?.kind === 'value', `${JSON.stringify(e)} is no constant`)
  return String(e.value)
}

/** `secondsBetween(a, b) >= 1800` without the number of seconds, which takes long to compute for many rows. */
function longerThan(e: Expr, print: (part: Expr) => string): string | undefined {
  if (e.kind !== 'compare' || e.left.kind !== 'call' || e.left.fn !== 'secondsBetween') return undefined
  const [a, b] = e.left.args
  const isGap = a?.kind === 'column' && b?.kind === 'column' && e.right.kind === 'value' && e.right.type === 'float'
  return isGap ? `${print(b)} ${e.op} ${print(a)} + make_interval(secs => ${print(e.right)})` : undefined
}
