/** Questions of every kind, for those who see some rows alone. */
import type { Random } from '../../local/demo/random.ts'
import type { Built } from './build-activity.ts'
import { Dice } from './dice.ts'
import { funnelNode } from './funnel-node.ts'
import { plainFunnel } from './random-funnels.ts'
import { RandomHogql } from './random-hogql.ts'
import { randomQuestion } from './random-questions.ts'

type Node = Readonly<Record<string, unknown>>

/** What each table has, in an order. */
const SQL = [
  'select count(), count(distinct person_id), count(distinct distinct_id), min(timestamp), max(timestamp) from events',
  'select event, properties.tenant, properties.mark, person.properties.mark, distinct_id from events order by uuid',
  'select uuid, properties, person.properties, group_0.properties, group_0.key, elements_chain from events order by uuid',
  'select id, properties, created_at, is_identified from persons order by id',
  'select count(), max(created_at) from persons',
  'select p.id, count(e.uuid) from persons p left join events e on e.person_id = p.id group by p.id order by p.id',
  'select distinct_id, person_id, person.properties.mark from person_distinct_ids order by distinct_id',
  'select key, index, properties, created_at, updated_at from groups order by index, key',
  'select g.key, count(e.uuid) from groups g full join events e on e.group_0.key = g.key group by g.key order by g.key nulls first',
  'select person_id, cohort_id, person.properties.plan from cohort_people order by person_id, cohort_id',
  'select cohort_id, count() from raw_cohort_people group by cohort_id order by cohort_id',
  'select person_id from static_cohort_people order by person_id',
  'select session_id, $start_timestamp, $end_timestamp, $session_duration, $pageview_count, $screen_count, $is_bounce from sessions order by session_id',
  'select session_id, distinct_id, $entry_current_url, $end_current_url, $num_uniq_urls, $urls, $channel_type, $entry_pathname from raw_sessions order by session_id',
  "select session_id from sessions where $start_timestamp >= '2024-03-10' order by session_id",
  'select event, session.$session_duration, session.$entry_current_url, session.$pageview_count from events order by uuid',
  'select session.$is_bounce as bounced, count(), avg(session.$session_duration) from events group by bounced order by bounced nulls first',
  'select properties.tenant as tenant, count(), uniq(person_id), max(event), max(timestamp) from events group by tenant order by tenant nulls first',
  'select p.id from persons p where p.id in (select person_id from events where event = {event}) order by p.id',
  'select p.id from persons p where p.id not in (select person_id from events where event = {event}) order by p.id',
  'with e as (select person_id, min(timestamp) as first from events group by person_id) select toDate(first) as day, count() from e group by day order by day',
  'select event, count() from events where person_id in cohort {cohort} group by event order by event',
  'select id from persons where id in cohort {cohort} order by id',
  'select a.event, b.event, count() from events a join events b on a.person_id = b.person_id group by a.event, b.event order by 1, 2',
  'select person.properties.region, count() from events group by person.properties.region order by 1 nulls first',
  'select event, row_number() over (partition by person_id order by timestamp, uuid) from events order by uuid',
  'select (select count() from persons), (select count() from events), (select max(key) from groups)',
]

const one = <T>(random: Random, list: readonly T[]): T => list[random.between(0, list.length)] as T

function sqlText(random: Random, { cohorts }: Built): Node {
  const query = one(random, SQL)
    .replace('{event}', `'${one(random, ['view', 'click', 'buy'])}'`)
    .replace('{cohort}', String(one(random, cohorts)))
  return { kind: 'HogQLQuery', query: `${query} limit 5000` }
}

function correlation(random: Random, built: Built): Node {
  const funnelCorrelationType = one(random, ['events', 'properties', 'event_with_properties'])
  const funnel = { ...plainFunnel(random), breakdown: null }
  return {
    kind: 'FunnelCorrelationQuery',
    source: { kind: 'FunnelsActorsQuery', source: funnelNode(funnel, built), funnelStep: 2 },
    funnelCorrelationType,
    ...(funnelCorrelationType === 'properties'
      ? { funnelCorrelationNames: one(random, [['plan', 'region'], ['$all']]) }
      : {}),
    ...(funnelCorrelationType === 'event_with_properties'
      ? { funnelCorrelationEventNames: ['view', 'click', 'buy'] }
      : {}),
  }
}

const COLUMNS = ['*', 'event', 'person', 'distinct_id', 'timestamp', 'properties.tenant']
const COUNTED = ['count()', 'event', 'person.properties.region', 'properties.tenant']

function events(random: Random): Node {
  const isCounted = random.chance(0.3)
  return {
    kind: 'EventsQuery',
    select: isCounted ? COUNTED.slice(0, random.between(1, 5)) : ['uuid', ...COLUMNS.filter(() => random.chance(0.5))],
    after: '2023-01-01',
    ...(random.chance(0.3) ? { event: one(random, ['view', 'buy', '$pageview']) } : {}),
    orderBy: isCounted ? ['count() desc', ...COUNTED.slice(1)].slice(0, 1) : ['timestamp desc', 'uuid'],
    limit: isCounted ? 1_000 : random.between(1, 200),
  }
}

const actors = (random: Random): Node => ({
  kind: 'ActorsQuery',
  select: one(random, [
    ['actor', 'number'],
    ['id', 'created_at', 'properties.mark'],
    ['person', 'id'],
  ]),
  orderBy: ['id'],
  limit: random.between(1, 100),
  ...(random.chance(0.3) ? { search: one(random, ['user', 'mark', 'anon', '1']) } : {}),
})

const hogql = (random: Random): Node => ({
  kind: 'HogQLQuery',
  query: new RandomHogql(new Dice(random.between(0, 2 ** 30))).text(),
})

/** From the first event that there is on. */
const allOfTime = (random: Random): Node => ({
  kind: one(random, ['TrendsQuery', 'LifecycleQuery', 'StickinessQuery']),
  series: [{ kind: 'EventsNode', event: one(random, ['view', '$pageview', null]) }],
  interval: 'week',
  dateRange: { date_from: 'all' },
})

const MORE = [sqlText, correlation, hogql, events, actors, allOfTime, sqlText, hogql]

/** The `index`-th question of a world: of each kind in turn. */
export const forcedQuestion = (random: Random, index: number, built: Built): Node =>
  index % 2 === 0
    ? randomQuestion(random, index / 2, built)()
    : (MORE[((index - 1) / 2) % MORE.length] as (typeof MORE)[0])(random, built)

/** Whether the database is free to take these rows or others, or in another order; what ran is another list each time. */
const LOOSE =
  /system\.runs|limit|\bany|over|arg(min|max)|group(_|array|concat|uniq)|first|last|top|sample|rand|now\(|uuid\(|lag|lead|quantile|median|now\b|today|histogram|stddev|var(pop|samp)|corr|covar|skew|kurt|entropy|array_agg|string_agg/i

export const isLoose = ({ kind, query }: Node): boolean =>
  kind === 'HogQLQuery' &&
  !SQL.some((text) => String(query).startsWith(text.split('{')[0] as string)) &&
  LOOSE.test(String(query))
