/** Funnels as they are written by hand: the best found (docs/performance.md 2), and two usual ones on the naive port. */

const END = '2026-08-30'
const WINDOW = "interval '14 days'"

const own = (event: string, from: string, alias = 'events') =>
  `${alias}.project = 1 and ${alias}.ts >= '${from}' and ${alias}.ts < '${END}' and ${alias}.event =
    (select id from dictionary where project = 1 and key = '$event' and value = '${event}')`
const idOf = (event: string) =>
  `(select id from dictionary where project = 1 and key = '$event' and value = '${event}')`

/** Columns `b` (where `property` is one of persons), `c0` .., then the mean and median seconds of each step. */
export function byProbes(events: readonly string[], from: string, property?: string): string {
  const [first = '', second = '', ...more] = events
  const path = (k: number) => Array.from({ length: k }, (_, i) => `t${i + 1}`)
  const levels = more.map((event, index) => {
    const k = index + 3
    const before = path(k - 1)
    return `s${k} as materialized (select person, ${before.join(', ')}, ts as t${k} from (
        select person, ts, f, ${before.map((t) => `max(${t}) over q as ${t}`).join(', ')} from (
          select person, t${k - 1} as ts, false as f, ${before.join(', ')} from s${k - 1}
          union all select person, ts, true, ${before.map(() => 'null').join(', ')} from events where ${own(event, from)}) u
        window q as (partition by person order by ts, f)) w where f and ts <= t1 + ${WINDOW})`
  })
  const last = events.length
  const steps = Array.from({ length: last - 1 }, (_, i) => i + 2)
  const seconds = (k: number) => `extract(epoch from d.t${k} - d.t${k - 1})`
  const times = steps.flatMap((k) => [
    `avg(${seconds(k)})`,
    `percentile_cont(0.5) within group (order by ${seconds(k)})`,
  ])
  const done = `(select distinct on (person) * from s${last} order by person, t${last})`
  const tables = `e as (select person from events where ${own(first, from)} group by person),
    s2 as materialized (select events.person, e1.ts as t1, events.ts as t2 from events, lateral (
        select ts from events p where ${own(first, from, 'p')} and p.person = events.person and p.ts <= events.ts
         order by ts desc limit 1) e1 where ${own(second, from)} and events.ts <= e1.ts + ${WINDOW})`
  const joins = steps.map((k) => `left join (select distinct person from s${k}) x${k} using (person)`).join(' ')
  const counts = steps.map((k) => `count(x${k}.person)`).join(', ')
  const persons = property ? 'join persons n on n.id = e.person' : ''
  const value = property ? `n.properties ->> '${property}', ` : ''
  return `with ${[tables, ...levels].join(', ')} select ${value}count(*), ${counts}, ${times.join(', ')}
    from e ${persons} ${joins} left join ${done} d using (person) ${property ? 'group by 1' : ''}`
}

const ported = (
  from: string,
  events: readonly string[],
) => `select coalesce(o.person_id, e.person_id) as p, e.timestamp as t, e.event
    from n_events e left join n_override o on o.distinct_id = e.distinct_id
   where e.team_id = 1 and e.event in (${events.map((event) => `'${event}'`).join(', ')})
     and e.timestamp >= '${from}' and e.timestamp < '${END}'`

/** For each row of the first step the next times of all others, put in order by a window over all rows for each step. */
export function byWindows(events: readonly string[], from: string, property?: string): string {
  const later = events.slice(1).map((_, index) => index + 1)
  const frame = 'over (partition by p order by t desc rows between unbounded preceding and current row)'
  const latest = (k: number, source: string) => `${source} as l${k}`
  let query = `select p, l0, t, ${later.map((k) => latest(k, `min(l${k}) ${frame}`)).join(', ')} from (
      select p, t, ${events.map((event, k) => latest(k, `case when event = '${event}' then t end`)).join(', ')}
        from (${ported(from, events)}) rows) marked`
  for (let round = 2; round < events.length; round++)
    query = `select p, l0, t, ${later.map((k) => latest(k, k < round ? `l${k}` : `min(l${k}) ${frame}`)).join(', ')} from (
      select p, t, l0, ${later.map((k) => latest(k, k < round ? `l${k}` : `case when l${k} < l${round - 1} then null else l${k} end`)).join(', ')}
        from (${query}) w${round}) o${round}`
  const reaches = (k: number) =>
    Array.from({ length: k }, (_, i) => `l${i} <= l${i + 1} and l${i + 1} <= l0 + ${WINDOW}`).join(' and ')
  const steps = `case ${[...later]
    .reverse()
    .map((k) => `when ${reaches(k)} then ${k + 1}`)
    .join(' ')} else 1 end`
  const seconds = (k: number) => `min(extract(epoch from l${k} - l${k - 1}))`
  const perPerson = `select p, steps, ${later.map((k) => `${seconds(k)} as d${k}`).join(', ')} from (
      select *, max(steps) over (partition by p) as best from (
        select *, ${steps} as steps from (${query}) x where l0 is not null) y) z where steps = best group by p, steps`
  const times = later.flatMap((k) => [`avg(d${k})`, `percentile_cont(0.5) within group (order by d${k})`])
  const persons = property ? 'left join n_persons n on n.id = p' : ''
  return `select ${property ? `n.properties ->> '${property}', ` : ''}${events.map((_, k) => `count(*) filter (where steps > ${k})`).join(', ')}, ${times.join(', ')}
    from (${perPerson}) w ${persons} ${property ? 'group by 1' : ''}`
}

/** The rows of each step joined with those of the step before. */
export function byJoins(events: readonly string[], from: string, property?: string): string {
  const tables = events.map((event, k) =>
    k === 0
      ? `l0 as (select distinct p, t as t0, t from e where event = '${event}')`
      : `l${k} as (select distinct l.p, l.t0, e.t from l${k - 1} l join e on e.p = l.p and e.event = '${event}'
          and e.t >= l.t and e.t <= l.t0 + ${WINDOW})`,
  )
  const people = events.map((_, k) => `(select distinct p from l${k}) x${k}`)
  const [first, ...more] = people
  const persons = property ? 'left join n_persons n on n.id = p' : ''
  return `with e as (${ported(from, events)}), ${tables.join(', ')}
    select ${property ? `n.properties ->> '${property}', ` : ''}${events.map((_, k) => `count(x${k}.p)`).join(', ')}
      from ${first} ${more.map((item) => `left join ${item} using (p)`).join(' ')} ${persons} ${property ? 'group by 1' : ''}`
}

/** How many events there are of the steps. */
export const eventsOf = (events: readonly string[], from: string) => `select count(*) from events
  where project = 1 and event = any(array[${events.map(idOf).join(', ')}]) and ts >= '${from}' and ts < '${END}'`

const seconds = (from: string, to: string) => `extract(epoch from ${to} - ${from})`
const meanAndMedian = (from: string, to: string) =>
  `avg(${seconds(from, to)}), percentile_cont(0.5) within group (order by ${seconds(from, to)})`
const inRange = (from: string, alias = 'events') =>
  `${alias}.project = 1 and ${alias}.ts >= '${from}' and ${alias}.ts < '${END}'`

/**
 * Each step the very next event but for its own repetitions. Of events at one instant any may be the one before: what is
 * between them cannot be told by hand. Columns as those of `byProbes`.
 */
export function strictly([a = '', b = '', c = '']: readonly string[], from: string): string {
  const before = (event: string, rows: string) => `${rows} r cross join lateral (
      select p.ts, p.event from events p where ${inRange(from, 'p')} and p.person = r.person and p.ts < r.ts
         and p.event <> ${idOf(event)} order by p.ts desc limit 1) l`
  return `with e as (select person from events where ${own(a, from)} group by person),
    r2 as materialized (select person, ts from events where ${own(b, from)}),
    r3 as materialized (select person, ts from events where ${own(c, from)}),
    s2 as materialized (select r.person, l.ts as t1, r.ts as t2 from ${before(b, 'r2')}
      where l.event = ${idOf(a)} and r.ts <= l.ts + ${WINDOW}),
    s3 as materialized (select r.person, s.t1, s.t2, r.ts as t3 from ${before(c, 'r3')}
      join s2 s on s.person = r.person and s.t2 = l.ts where l.event = ${idOf(b)} and r.ts <= s.t1 + ${WINDOW})
    select (select count(*) from e), (select count(distinct person) from s2), count(*),
      ${meanAndMedian('t1', 't2')}, ${meanAndMedian('t2', 't3')}
      from (select distinct on (person) * from s3 order by person, t3) d`
}

/**
 * The most steps in any window. A window with the most begins at an event of a later step, or at the first event of step 1
 * that still has one in its window. Columns as those of `byProbes`.
 */
export function inAnyOrder(events: readonly string[], from: string): string {
  const [first = '', ...later] = events
  const list = `any(array[${later.map(idOf).join(', ')}])`
  const probe = (since: string) => `select person, 0 as step, (select ts from events p where ${own(first, from, 'p')}
     and p.person = l.person and p.ts >= ${since} order by ts limit 1) as ts from l`
  const next = (_: string, k: number) => `min(case when step = ${k} then ts end) over q as n${k}`
  const covered = events.map((_, k) => `(n${k} is not null and n${k} <= ts + ${WINDOW})::int4`).join(' + ')
  const nexts = events.map((_, k) => `n${k}`).join(', ')
  return `with l as materialized (select person, ts, array_position(array[${later.map(idOf).join(', ')}], event) as step
        from events where ${inRange(from)} and event = ${list}),
    r as materialized (select person, step, ts from l union all ${probe(`l.ts - ${WINDOW}`)} union all ${probe('l.ts')}),
    w as (select distinct on (person) person, n, ${nexts} from (
      select person, ts, ${covered} as n, ${nexts} from (
        select person, ts, ${events.map(next).join(', ')} from r where ts is not null
        window q as (partition by person order by ts desc)) x) y order by person, n desc, ts)
    select (select count(*) from (select person from events where ${own(first, from)} group by person union select person from l) p),
      ${later.map((_, k) => `count(*) filter (where n > ${k + 1})`).join(', ')},
      ${later.map((_, k) => meanAndMedian(`times[${k + 1}]`, `times[${k + 2}]`)).join(', ')}
      from (select n, case when n = ${events.length} then (select array_agg(t order by t) from unnest(array[${nexts}]) t) end as times from w) d`
}

/** People by the day they started, and those of them who went through. */
export function byDay([a = '', b = '', c = '']: readonly string[], from: string): string {
  return `with d as (select day, day + interval '1 day' as until from generate_series('${from}'::timestamptz, '${END}'::timestamptz - interval '1 day', interval '1 day') day),
    r2 as materialized (select person, ts from events where ${own(b, from)}),
    -- the latest step 2 before each step 3: whoever started before it and within the window went through
    r3 as materialized (select person, s2, min(ts) as ts from (
      select person, ts, is_last, max(s2) over (partition by person order by ts) as s2 from (
        select person, ts, ts as s2, false as is_last from r2
        union all select person, ts, null, true from events where ${own(c, from)}) u) w
       where is_last and s2 >= ts - ${WINDOW} group by 1, 2),
    done as (select day, count(distinct person) as n from (
      select r3.person, s.day from r3 cross join lateral (
        select ts::date as day from events p where ${own(a, from, 'p')} and p.person = r3.person
           and p.ts >= r3.ts - ${WINDOW} and p.ts <= r3.s2 group by 1) s) x group by 1)
    select d.day, coalesce(done.n, 0),
      (select count(*) from (select person from events p where p.project = 1 and p.event = ${idOf(a)} and p.ts >= d.day and p.ts < d.until group by person) e)
      from d left join done on done.day = d.day::date order by 1`
}
