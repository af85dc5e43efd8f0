/**
 * Statements over partial results. A piece has the sum of the versions of the days that it lies in, as far as events with the
 * names that the query reads are concerned; what is kept of it counts while that is its version. Both are read in one
 * snapshot, so that a query sees what is true then, whatever others write.
 */
import type { Param, Statement } from '../../../core/statement.ts'
import { arrayLiteral } from '../array-literal.ts'
import type { Expr, KeptBuckets, KeptColumn, KeptSeries, KeptType, Select } from '../physical.ts'

/** What the printer of a statement does. */
export interface Print {
  readonly select: (query: Select) => string
  readonly expr: (e: Expr) => string
  readonly param: (value: Param, type: string) => string
}

const PLACES: Readonly<Record<KeptType, readonly string[]>> = {
  int: ['ints', 'ints_2'],
  set: ['ints'],
  text: ['texts'],
  texts: ['texts'],
  float: ['numbers', 'numbers_2', 'numbers_3', 'numbers_4', 'numbers_5'],
}

/** The columns of `partials` that hold values. */
export const VALUE_COLUMNS = [...new Set(Object.values(PLACES).flat())]

/** The column of the table that holds the values of each column. */
function placesOf(columns: readonly KeptColumn[]): string[] {
  const used = new Map<KeptType, number>()
  return columns.map(({ type }) => {
    const nth = used.get(type) ?? 0
    used.set(type, nth + 1)
    return PLACES[type][nth] ?? ''
  })
}

/** The rows of all buckets: what is kept and current, else computed. Columns: `bucket`, and those of a bucket. */
export function printKeptBuckets(of: KeptBuckets, print: Print): string {
  const tables = tablesOf(of, print)
  const rows = rowsOfPieces(of, 'bucket', of.buckets, rowsOfBucket(of, print), print, { read: of.read })
  return `with ${tables.join(', ')} select ("bucket"."n" - 1)::int4 as "bucket", "each".* from ${rows}`
}

/**
 * Statements that keep what is missing or out of date, to be run before the query is: first of the parts of buckets, then of
 * the buckets. Of the same series only one transaction does that at a time; others compute what they do not find.
 */
export function printFilling(
  of: KeptBuckets,
  printer: () => Print & { readonly params: readonly Param[] },
): Statement[] {
  const filled = [
    ...(of.parts ? [['part', of.parts] as const] : []),
    ...(of.buckets.isKept ? [['bucket', of.buckets] as const] : []),
  ]
  return filled.map(([level, series]) => {
    const print = printer()
    const text = fillingOf(of, level, series, print)
    return { text, params: print.params }
  })
}

function fillingOf(of: KeptBuckets, level: 'part' | 'bucket', series: KeptSeries, print: Print): string {
  const project = print.expr(of.project)
  const computed = level === 'part' ? print.select(series.query) : rowsOfBucket(of, print)
  const places = placesOf(series.columns)
  const id = `(select "id" from "${level}_series")`
  const tables = [
    ...tablesOf(of, print, level === 'part'),
    `"turn" as materialized (select pg_try_advisory_xact_lock(hashtextextended(${id}::text, ${project})) as "ours")`,
    // the row of the series belongs to whoever has the turn: nobody waits for it, and it is written once a day
    `"used" as (insert into partial_series (project, series, used) select ${project}, ${id}, current_date from "turn" where "ours" ` +
      'and not exists (select from partial_series as "of" ' +
      `where "of"."project" = ${project} and "of"."series" = ${id} and "of"."used" = current_date) ` +
      'on conflict (project, series) do update set used = excluded.used where partial_series.used < excluded.used)',
    `"end" as materialized (${END})`,
    // on its own, so that no plan computes what is there
    '"due" as materialized (select "bucket".*, row_number() over (order by "bucket"."n") as "place" from (' +
      'select "bucket"."n", "bucket"."from", "bucket"."to", "bucket"."version", "end"."until" ' +
      `from "end", ${piecesWithKept(of, level, print)} where (select "ours" from "turn") and not "bucket"."is_kept" ` +
      // so the few that are missing are looked at, and not all
      `and "bucket"."version" > 0 offset 0) as "bucket" where ${ENDS_REGULARLY} order by "bucket"."from" desc)`,
  ]
  const inRuns = level === 'bucket' && of.buckets.inRuns === true
  const { more, made } = inRuns ? madeInRuns(series, computed) : madeForEach(series, computed)
  return (
    `with ${[...tables, ...more].join(', ')} ` +
    `insert into partials (project, series, "from", "to", version, ${places.join(', ')}) ` +
    `select ${project}, ${id}, "bucket"."from", "bucket"."to", "bucket"."version", ` +
    `${series.columns.map(({ name }) => `"made"."${name}"`).join(', ')} from "due" as "bucket" ${made} ` +
    'order by "bucket"."from", "bucket"."to" ' +
    'on conflict (project, series, "from", "to") do update set version = excluded.version, ' +
    `${places.map((place) => `${place} = excluded.${place}`).join(', ')} where partials.version < excluded.version`
  )
}

/** What is kept of each of `due` as `made`: its set, or arrays of its rows; and tables that it needs. */
interface Made {
  readonly more: readonly string[]
  readonly made: string
}

const collected = (columns: readonly KeptColumn[]) =>
  columns
    .map(({ name, type }) => {
      // lists of several lengths make no array of two dimensions
      const value = `"each"."${name}"${type === 'texts' ? '::text' : ''}`
      return `${type === 'set' ? value : `array_agg(${value})`} as "${name}"`
    })
    .join(', ')

const madeForEach = ({ columns }: KeptSeries, computed: string): Made => ({
  more: [],
  // the end is read of the row, so that time is told before the row is computed
  made:
    `cross join lateral (select ${collected(columns)} from (${computed}) as "each") as "made" ` +
    'where clock_timestamp() < "bucket"."until"',
})

/** Rows of pieces that follow each other are computed as one; each belongs to the last piece that begins before it. */
function madeInRuns({ columns }: KeptSeries, computed: string): Made {
  const begins = '(select array_agg((extract(epoch from "from") * 1000000)::float8 order by "place") from "due")'
  return {
    more: [
      '"runs" as materialized (select min("from") as "from", max("to") as "to" from "due" group by "n" - "place")',
      `"rows" as materialized (select "each".*, width_bucket("each"."at", ${begins}) as "place" ` +
        `from "runs" as "bucket", lateral (${computed}) as "each")`,
      `"made" as materialized (select "place", ${collected(columns)} from "rows" as "each" group by "place")`,
    ],
    made: 'left join "made" on "made"."place" = "bucket"."place"',
  }
}

/**
 * Until when pieces are computed one by one: the newest first, in a quarter of the time of the whole call. The others are kept
 * the next time, so that a question that takes long is answered all the same.
 */
const END =
  `select case when "left" > interval '0' then now() + (clock_timestamp() - now() + "left") / 4 else 'infinity' end as "until" ` +
  `from (select current_setting('statement_timeout')::interval as "left") as "timeout"`

/** Ranges that end at this second, or begin so many days before it, are another range the next time: nobody asks for it again. */
const ENDS_REGULARLY = ['from', 'to']
  .map((end) => `date_bin('15 minutes', "bucket"."${end}", 'epoch') = "bucket"."${end}"`)
  .join(' and ')

/** Common tables: `versions_until` (one row: the sums of versions up to each day), and for each level its series and pieces. */
function tablesOf({ days, events, project, buckets, parts }: KeptBuckets, print: Print, ofParts = false): string[] {
  const levels = [
    ...(parts ? [['part', parts] as const] : []),
    // parts are made without the buckets
    ...(ofParts ? [] : [['bucket', buckets] as const]),
  ]
  const ofDays = print.param(arrayLiteral(days), 'date[]')
  const moved = (named: string) =>
    `select "versions"."day", "versions"."version" from bucket_version as "versions" where "versions"."project" = ${print.expr(project)} ` +
    `and "versions"."day" between (${ofDays})[1] and (${ofDays})[${days.length}]${named}`
  // each from the index of its name; what is there twice moves twice
  const all = events ? events.map((name) => moved(` and ${print.expr(name)}`)).join(' union all ') : moved('')
  return [
    '"versions_until" as materialized (select array_agg("total"::int8 order by "n") as "sums" from (' +
      `select "day"."n", sum(coalesce("moved"."version", 0)) over (order by "day"."n") as "total" ` +
      `from unnest(${ofDays}) with ordinality as "day"("day", "n") left join ` +
      `(select "day", sum("version") as "version" from (${all}) as "moves" group by "day") as "moved" on "moved"."day" = "day"."day") as "totals")`,
    ...levels.flatMap(([name, { key, pieces }]) => [
      `"${name}_series" as materialized (select encode(substr(sha256(convert_to(${print.param(key, 'text')}, 'UTF8')), 1, 16), 'hex')::uuid as "id")`,
      `"${name}_pieces" as materialized (select "piece"."n", "piece"."from", "piece"."to", "piece"."first", "piece"."last", ` +
        '"sums"["last"] - coalesce("sums"["first" - 1], 0) as "version" from unnest(' +
        [
          print.param(arrayLiteral(pieces.map(({ from }) => from)), 'timestamptz[]'),
          print.param(arrayLiteral(pieces.map(({ to }) => to)), 'timestamptz[]'),
          print.param(arrayLiteral(pieces.map(({ first }) => first)), 'int4[]'),
          print.param(arrayLiteral(pieces.map(({ last }) => last)), 'int4[]'),
        ].join(', ') +
        ') with ordinality as "piece"("from", "to", "first", "last", "n"), "versions_until")',
    ]),
  ]
}

/** The pieces of a level as `bucket`, with what is kept of them. */
function piecesWithKept(
  { project, buckets }: KeptBuckets,
  level: 'part' | 'bucket',
  print: Print,
  within?: string,
): string {
  if (level === 'bucket' && !buckets.isKept) return '"bucket_pieces" as "bucket"'
  return (
    `(select "piece".*, ${VALUE_COLUMNS.map((place) => `"kept"."${place}"`).join(', ')}, ` +
    `"kept"."project" is not null as "is_kept" from "${level}_pieces" as "piece" left join partials as "kept" on (` +
    `"kept"."project" = ${print.expr(project)} and "kept"."series" = (select "id" from "${level}_series") ` +
    'and "kept"."from" = "piece"."from" and "kept"."to" = "piece"."to" and "kept"."version" = "piece"."version" ' +
    `and "piece"."version" > 0)${within ? ` where ${within}` : ''}) as "bucket"`
  )
}

/** Pieces of a level as `bucket`, and beside each as `each` what is `read` of its rows: those that are kept, else `computed`. */
function rowsOfPieces(
  of: KeptBuckets,
  level: 'part' | 'bucket',
  { columns }: KeptSeries,
  computed: string,
  print: Print,
  { within, read = null }: { within?: string; read?: Select | null },
): string {
  const pieces = piecesWithKept(of, level, print, within)
  const isSet = columns.some(({ type }) => type === 'set')
  const rows = level === 'bucket' && !of.buckets.isKept ? computed : rowsOfPiece(columns, computed)
  // a set is fetched once and not whenever it is read
  const each = read ? `with "part" as ${isSet ? '' : 'not '}materialized (${rows}) ${print.select(read)}` : rows
  return `${pieces}, lateral (${each}) as "each"`
}

function rowsOfPiece(columns: readonly KeptColumn[], computed: string): string {
  const places = placesOf(columns).map((place) => `"bucket"."${place}"`)
  const names = columns.map(({ name }) => `"${name}"`)
  const isSet = columns.some(({ type }) => type === 'set')
  const listed = columns.some(({ type }) => type === 'texts')
    ? columns.map(({ name, type }) => `"kept"."${name}"${type === 'texts' ? `::text[] as "${name}"` : ''}`).join(', ')
    : '"kept".*'
  const kept = isSet
    ? // joined to nothing, it is fetched once and not whenever it is read
      `select ${places.map((place, index) => `${place} || '{}'::int4[] as ${names[index]}`).join(', ')} where "bucket"."is_kept"`
    : `select ${listed} from unnest(${places.join(', ')}) as "kept"(${names.join(', ')}) where "bucket"."is_kept"`
  const fresh = `select ${names.map((name) => `"fresh".${name}`).join(', ')} from (${computed}) as "fresh" where not "bucket"."is_kept"`
  return `${kept} union all ${fresh}`
}

/** The rows of one bucket, as they are computed: of its parts where those tell. */
function rowsOfBucket(of: KeptBuckets, print: Print): string {
  const { parts, buckets } = of
  if (!parts) return print.select(buckets.query)
  const pieces = rowsOfPieces(of, 'part', parts, print.select(parts.query), print, { within: WITHIN })
  const names = parts.columns.map(({ name }) => `"each"."${name}"`).join(', ')
  // the parts are read as `bucket`, too: the bucket around them has another name inside
  return (
    'select "whole".* from (select "bucket"."from" as "begin", "bucket"."to" as "end") as "around", ' +
    `lateral (with "part" as materialized (select ${names} from ${pieces}) ${print.select(parts.combined)}) as "whole"`
  )
}

const WITHIN = '"piece"."from" >= "around"."begin" and "piece"."to" <= "around"."end"'
