/** SQL that people write, and what a query may say in more than one way. */
export const HOGQL: Readonly<Record<string, { readonly query: string; readonly [key: string]: unknown }>> = {
  'counts-by-day': {
    query:
      "select toStartOfDay(timestamp) as day, count() as times, count(distinct person_id) as people from events where event = 'seen' group by day order by day",
  },
  'top-pages': {
    query:
      'select properties.$current_url as page, count() as views from events where timestamp >= now() - interval 30 day group by page order by views desc, page limit 10',
  },
  'text-of-every-clause': {
    query:
      "with recent as (select person_id, event, timestamp from events where timestamp > '2024-03-20') select r.event as name, count() as times, uniq(r.person_id) as people from recent r left join persons p on p.id = r.person_id where p.properties.country in ('de', 'fr') group by name having times > 1 order by times desc, name limit 5 offset 1",
  },
  'first-touch': {
    query:
      'select person_id, argMin(properties.$browser, timestamp) as first_browser, min(timestamp) as first_seen from events group by person_id order by first_seen',
  },
  'row-numbers': {
    query:
      'select event, row_number() over (partition by person_id order by timestamp) as place from events order by timestamp, event limit 20',
  },
  'a-person-and-a-session': {
    query:
      "select person.properties.email as email, max(session.$session_duration) as longest from events where person.properties.email like '%us.test' group by email order by email",
  },
  'union-of-two': {
    query: "select event from events where event = 'paid' union all select event from events where event = 'left'",
  },
  'filters-of-a-dashboard': {
    query: 'select count() as times from events e where {filters}',
    filters: {
      dateRange: { date_from: '2024-03-25', date_to: '2024-04-01' },
      properties: [{ key: 'plan', value: ['pro', 'team'], operator: 'exact', type: 'event' }],
      filterTestAccounts: true,
    },
  },
  'open-ends': {
    query:
      'select count() as times from events where timestamp >= {filters.dateRange.from} and timestamp < {filters.dateRange.to}',
    filters: { dateRange: { date_to: '2024-04-01' } },
  },
  values: {
    query: 'select count() as times from events where properties.plan in {plans} and event != {unwanted}',
    values: { plans: ['pro', "it's"], unwanted: 'paid' },
  },
  'cohort-by-name': { query: "select count() as times from events where person_id in cohort 'Payers'" },
  'an-action': { query: "select count() as times from events where matchesAction('bought')" },
  'property-types': {
    query:
      'select sum(properties.amount) as amount, countIf(properties.paid) as paid, min(properties.due) as due, max(properties.plan) as plan from events',
  },
  'keys-of-properties': {
    query:
      "select arrayJoin(JSONExtractKeys(properties)) as key, count() as times, sum(arrayCount(k -> startsWith(k, '$'), JSONExtractKeys(properties))) as own, any(arrayFilter(x -> x != '', splitByChar(',', toString(properties.plan)))) as plans from events group by key order by key",
  },
}
