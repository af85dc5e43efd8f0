/**
 * Partial results that nobody uses, and those beyond the budget, are dropped: in slices, each a transaction, and only of
 * series that nobody fills at the moment.
 */
import type { Run, RunOptions } from '../../engine.ts'
import { VALUE_COLUMNS } from './print.ts'

/** What partial results take at most, as a part of what events take. */
const SHARE_OF_EVENTS = 0.1
/** Series that are looked at in a slice. */
const SERIES = 20
const SLICES = 25
/** Days after which a series is dropped that nobody has asked for. */
const UNUSED = 30
/** Days after which a piece is dropped, even of a series that is used: of whole days (and so many more, not all at once), and of others. */
const PIECE_OF_DAYS = 30
const PIECE_OF_HOURS = 8

const TURN = 'pg_try_advisory_xact_lock(hashtextextended("series"::text, "project"))'
/** Each value, and what a row and its entry in the index take beside. */
const BYTES = `120 + ${VALUE_COLUMNS.map((name) => `coalesce(pg_column_size("piece".${name}), 0)`).join(' + ')}`
const IS_OF_DAYS = `(("piece"."from" at time zone "of"."zone")::time = '00:00' and ("piece"."to" at time zone "of"."zone")::time = '00:00')`
const IS_OVER = `("of"."is_over" or "piece".made < current_date - case when ${IS_OF_DAYS}
  then ${PIECE_OF_DAYS} + extract(day from "piece"."from")::int4 else ${PIECE_OF_HOURS} end)`

/** Each series once a day: pieces that are over go, and a series that is over; of the others it is noted what they take. */
const LOOK = `
  with "due" as materialized (
    select project, series, used from partial_series
     where looked_at is null or looked_at < current_date order by looked_at nulls first limit ${SERIES}),
  "of" as materialized (
    select "due".*, p.timezone as "zone", (p.id is null or "due".used < current_date - ${UNUSED}) as "is_over"
      from (select * from "due" where ${TURN}) as "due" left join projects p on p.id = "due".project),
  "gone" as (
    delete from partials as "piece" using "of"
     where "piece".project = "of".project and "piece".series = "of".series and ${IS_OVER}),
  "sizes" as (
    select "of".project, "of".series, coalesce(sum(${BYTES}) filter (where "piece".project is not null and not ${IS_OVER}), 0) as "bytes"
      from "of" left join partials as "piece" on "piece".project = "of".project and "piece".series = "of".series group by 1, 2),
  "ended" as (
    delete from partial_series as s using "of"
     where s.project = "of".project and s.series = "of".series and s.used = "of".used and "of"."is_over"),
  "noted" as (
    update partial_series as s set bytes = "sizes"."bytes", looked_at = current_date
      from "sizes" join "of" using (project, series) where s.project = "of".project and s.series = "of".series and not "of"."is_over")
  select count(*)::int4 as done from "of"`

/** Those that were not used for longest, as long as there are more than the budget has room for. */
const FIT = `
  with "over" as (
    select sum(bytes) - ${SHARE_OF_EVENTS} * pg_total_relation_size('events') as "bytes" from partial_series),
  "by_use" as (
    select project, series, sum(bytes) over (order by used, project, series) - bytes as "before"
      from partial_series where bytes is not null),
  "due" as materialized (
    select project, series from "by_use" where "before" < (select "bytes" from "over") order by "before" limit ${SERIES}),
  "of" as materialized (select * from "due" where ${TURN}),
  "ended" as (
    delete from partial_series as s using "of" where s.project = "of".project and s.series = "of".series)
  select count(*)::int4 as done from "of"`

/** `Engine.dropUnused`. */
export async function dropUnused(run: Run, options: RunOptions): Promise<void> {
  for (const text of [LOOK, FIT])
    for (let slice = 0; slice < SLICES; slice++) {
      const [rows] = await run([{ text, params: [] }], options)
      if (Number(rows?.[0]?.done) < SERIES) break
    }
}
