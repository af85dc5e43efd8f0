/**
 * Retention, lifecycle, stickiness and paths as they are written by hand: the best found, and straight ports of
 * PostHog's queries. `{key=value}` stands for a number of the dictionary.
 */

export const START = 'https://app.example.com/pricing'
export const FINISH = 'https://app.example.com/docs'

const END = '2026-08-30'
const WEEKS = '2026-07-05'
const MONTH = '2026-07-31'
const PAGEVIEWS = 'events where project = 1 and event = {$event=$pageview}'

/** The pageviews of week `w` from 0. */
const inWeek = `${PAGEVIEWS} and ts >= '${WEEKS}'::timestamptz + w * interval '7 days' and ts < '${WEEKS}'::timestamptz + (w + 1) * interval '7 days'`
const inDay = `${PAGEVIEWS} and ts >= d and ts < d + interval '1 day'`
const days = (from: string) =>
  `generate_series('${from}'::timestamptz, '${END}'::timestamptz - interval '1 day', '1 day') d`
const weekSets = `a as materialized (select w, (select array_agg(person order by person)
    from (select person from ${inWeek} group by person) x) s from generate_series(0, 7) w)`

const ported = (from: string, columns: string, more = '') => `select ${columns}
    from n_events e left join n_override o on o.distinct_id = e.distinct_id ${more}
   where e.team_id = 1 and e.event = '$pageview' and e.timestamp >= '${from}' and e.timestamp < '${END}'`
const ACTOR = 'coalesce(o.person_id, e.person_id) as actor'
const WEEK = "date_trunc('week', e.timestamp + interval '1 day') - interval '1 day'"

/** Rows of a cohort `c`, columns `k` and counts `n` of each value `b` -> the first 25 values and the rest. */
const ranked = (table: string, rest: string) => `${table}, r as (
    select b, row_number() over (order by sum(n) filter (where k = 0) desc, b) as r from t group by b)
  select case when r <= 25 then r.b else ${rest} end, c, k, sum(n)
    from t join r on r.b is not distinct from t.b group by 1, 2, 3 order by 1, 2, 3`

export const retention = {
  best: `with ${weekSets}
    select x.w, y.w - x.w, icount(x.s & y.s) from a x join a y on y.w >= x.w order by 1, 2`,
  naive: `with a as (${ported(WEEKS, `${ACTOR}, ${WEEK} as w`)} group by 1, 2)
    select x.w, y.w - x.w, count(distinct x.actor) from a x join a y on y.actor = x.actor and y.w >= x.w group by 1, 2 order by 1, 2`,
}

export const retentionByBrowser = {
  best: ranked(
    `with a as materialized (select w, b, array_agg(person order by person) s
        from generate_series(0, 7) w, lateral (select slot_0 b, person from ${inWeek} group by 1, 2) x group by 1, 2),
      t as materialized (select x.b, x.w c, y.w - x.w k, icount(x.s & y.s) n
        from a x join a y on y.b is not distinct from x.b and y.w >= x.w)`,
    '-1',
  ),
  naive: ranked(
    `with a as (${ported(WEEKS, `${ACTOR}, coalesce(e.properties ->> '$browser', '') as b, ${WEEK} as w`)} group by 1, 2, 3),
      t as (select x.b, x.w c, extract(day from y.w - x.w) / 7 k, count(distinct x.actor) n
        from a x join a y on y.actor = x.actor and y.b = x.b and y.w >= x.w group by 1, 2, 3)`,
    "'other'",
  ),
}

export const firstTimeRetention = {
  best: `with recursive ${weekSets},
      before as materialized (select coalesce(array_agg(person order by person), '{}') s
        from (select person from ${PAGEVIEWS} and ts < '${WEEKS}' group by person) x),
      known as (select 0 w, s from before union all select known.w + 1, known.s | a.s from known join a using (w)),
      f as materialized (select w, a.s - known.s s from a join known using (w))
    select x.w, y.w - x.w, icount(x.s & y.s) from f x join a y on y.w >= x.w order by 1, 2`,
  naive: `with e as (${ported('2000-01-01', `${ACTOR}, ${WEEK} as w`)} group by 1, 2),
      f as (select actor, min(w) w from e group by 1)
    select f.w, e.w - f.w, count(distinct e.actor) from f join e on e.actor = f.actor where f.w >= '${WEEKS}' group by 1, 2 order by 1, 2`,
}

// no event of the benchmark is without a person, and then the text has no number
const isPerson = 'slot_7 is distinct from coalesce({p:$process_person_profile=false}, -1)'
export const lifecycle = {
  best: `with recursive a as materialized (select d::date d, (select coalesce(array_agg(person order by person), '{}')
          from (select person from ${inDay} and ${isPerson} group by person) x) s from ${days('2026-07-30')}),
      made as materialized (select created_at::date d, array_agg(id order by id) s
        from persons where project = 1 and created_at >= '${MONTH}' and created_at < '${END}' group by 1),
      everyone as materialized (select array_agg(id order by id) s
        from persons where project = 1 and created_at >= '${MONTH}' and created_at < '${END}'),
      known as (select d, a.s & e.s s from a, everyone e where d = '2026-07-30'
        union all select a.d, known.s | (a.s & e.s) from known, a, everyone e where a.d = known.d + 1),
      x as (select a.d, a.s, b.s p, icount(coalesce((made.s & a.s) - known.s, '{}')) n, icount(a.s & b.s) kept
        from a join a b on b.d = a.d - 1 join known on known.d = a.d - 1 left join made on made.d = a.d)
    select d, n, kept, icount(s) - n - kept, kept - icount(p) from x order by 1`,
  naive: `with a as (${ported(
    '2026-07-30',
    `${ACTOR}, min(date_trunc('day', n.created_at)) as made, array_agg(distinct date_trunc('day', e.timestamp)) as active`,
    'left join n_persons n on n.id = coalesce(o.person_id, e.person_id)',
  )} and coalesce(e.properties ->> '$process_person_profile', '') <> 'false' group by 1),
      s as (select actor, active[i] d, case when case when i = 1 then made else active[i - 1] end = active[i] then 'new'
          when i > 1 and active[i - 1] = active[i] - interval '1 day' then 'returning' else 'resurrecting' end status
          from a, generate_subscripts(active, 1) i
        union all select actor, active[i] + interval '1 day', 'dormant' from a, generate_subscripts(active, 1) i
          where active[i + 1] is distinct from active[i] + interval '1 day')
    select d, ${['new', 'returning', 'resurrecting'].map((status) => `count(distinct actor) filter (where status = '${status}')`).join(', ')},
        -count(distinct actor) filter (where status = 'dormant')
      from s where d >= '${MONTH}' and d < '${END}' group by 1 order by 1`,
}

export const stickiness = {
  best: `select n, count(*), n * count(*) from (select person, count(*) n
      from ${days(MONTH)}, lateral (select person from ${inDay} group by person) x group by 1) y group by 1 order by 1`,
  naive: `select n, count(*), n * count(*) from (select actor, count(*) n
      from (${ported(MONTH, `${ACTOR}, date_trunc('day', e.timestamp)`)} group by 1, 2 having count(*) > 0) x group by 1) y group by 1 order by 1`,
}

const monthOfPages = `${PAGEVIEWS} and ts >= '${MONTH}' and ts < '${END}'`
/** Last views of each address of a path, with whether the path ends there. */
const lastViews = (
  people = '',
) => `l as (select person, ts, slot_6 path, lead(ts) over w - ts gap, lead(slot_6) over w next
      from ${monthOfPages}${people} window w as (partition by person order by ts, slot_6)),
    c as (select person, ts, path, (gap < interval '30 min') is not true done from l
      where (gap < interval '30 min' and path = next) is not true)`
const heaviest = `g as (select i, before, path, count(*) n, date_part('epoch', sum(d)) * 1000 / count(*) ms
      from r where before is not null and i <= 5 group by 1, 2, 3 order by 4 desc fetch first 50 rows with ties)`
const cleaned = (table: string) => `coalesce(regexp_replace(${table}.value, '(.)/$', '\\1'), '...')`
/** No two addresses here are the same without their last slash. */
const named = `select (i - 1) || '_' || ${cleaned('a')}, i || '_' || ${cleaned('b')}, n, ms
    from g left join dictionary a on a.id = g.before left join dictionary b on b.id = g.path order by 3 desc, 1, 2 limit 50`
const isPath = 'p:$current_url'
const portedViews = `e as (${ported(MONTH, `${ACTOR}, e.timestamp ts, regexp_replace(coalesce(e.properties ->> '$current_url', ''), '(.)/$', '\\1') path`)}),
    l as (select *, lag(ts) over w before_ts, lead(ts) over w next_ts, lead(path) over w next
      from e window w as (partition by actor order by ts, path collate "C")),
    s as (select *, sum((before_ts is null or ts - before_ts >= interval '30 min')::int)
        over (partition by actor order by ts, path collate "C" rows unbounded preceding) session,
        next_ts is null or next_ts - ts >= interval '30 min' or next <> path as keep from l),
    k as (select actor, session, path, ts, lag(path) over w before, ts - lag(ts) over w d, row_number() over w i
      from s where keep window w as (partition by actor, session order by ts, path collate "C"))`
const portedEdges = (
  table: string,
) => `select (i - 1) || '_' || before, i || '_' || path, count(*), avg(extract(epoch from d)) * 1000
    from ${table} where i between 2 and 5 group by 1, 2 order by 3 desc, 1, 2 limit 50`

export const paths = {
  best: `with ${lastViews()},
    k as (select person, ts, path, count(*) filter (where done)
        over (partition by person order by ts, path rows between unbounded preceding and 1 preceding) session from c),
    r as (select path, lag(path) over w before, ts - lag(ts) over w d, row_number() over w i
      from k window w as (partition by person, session order by ts, path)), ${heaviest} ${named}`,
  naive: `with ${portedViews} ${portedEdges('k')}`,
}

/** Of a way of `length` steps the first five, or the first two, `...` and the last two. */
const shortened = (of: string, columns: string, dots: string) => `select ${columns}, ts,
    case when length <= 5 or i <= 3 then i else i - length + 5 end i, case when length > 5 and i = 3 then ${dots} else path end path
    from ${of} where length <= 5 or i <= 3 or i >= length - 1`
const withStep = (columns: string) => `select i, path, lag(path) over w before, ts - lag(ts) over w d
    from x window w as (partition by ${columns} order by i)`

export const pathsBetween = {
  best: `with p as materialized (select person from ${monthOfPages} and slot_6 = {${isPath}=${START}} group by 1
      intersect select person from ${monthOfPages} and slot_6 = {${isPath}=${FINISH}} group by 1),
    ${lastViews(' and person in (select person from p)')},
    k as materialized (select person, ts, path, row_number() over w n, count(*) filter (where done)
        over (partition by person order by ts, path rows between unbounded preceding and 1 preceding) session
      from c window w as (partition by person order by ts, path)),
    s as materialized (select person, session, min(n) first from k where path = {${isPath}=${START}} group by 1, 2),
    f as materialized (select person, session, first, min(n) last from s join k using (person, session)
      where path = {${isPath}=${FINISH}} and n >= first group by 1, 2, 3),
    t as (select person, session, ts, path, n - first + 1 i, last - first + 1 length
      from f join k using (person, session) where n between first and last),
    x as (${shortened('t', 'person, session', '0')}), r as (${withStep('person, session')}), ${heaviest} ${named}`,
  naive: `with ${portedViews},
    first as (select *, min(i) filter (where path = '${START}') over (partition by actor, session) first from k),
    f as (select *, min(i) filter (where path = '${FINISH}' and i >= first) over (partition by actor, session) last from first),
    t as (select actor, session, ts, path, i - first + 1 i, last - first + 1 length from f where i between first and last),
    x as (${shortened('t', 'actor, session', "'...'")}), r as (${withStep('actor, session')}) ${portedEdges('r')}`,
}
