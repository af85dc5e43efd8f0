/** The words that random texts of SQL are made of. */
/** What other projects' rows hold in each of their texts; no text that is asked has it. */
export const FOREIGN = 'foreign'

export const FIELDS: Readonly<Record<string, readonly string[]>> = {
  events: (
    'event distinct_id timestamp uuid created_at person_id properties properties.mark properties.n properties.list.x ' +
    'person.properties.mark person.id $session_id $group_0 group_0.properties.mark session.$entry_current_url elements_chain'
  ).split(' '),
  persons: 'id created_at properties properties.mark is_identified pdi.distinct_id'.split(' '),
  groups: 'index key created_at properties properties.mark'.split(' '),
  person_distinct_ids: 'distinct_id person_id person.properties.mark'.split(' '),
  sessions:
    'session_id distinct_id $start_timestamp $end_timestamp $session_duration $entry_current_url $pageview_count'.split(
      ' ',
    ),
  cohort_people: 'person_id cohort_id'.split(' '),
  static_cohort_people: 'person_id cohort_id'.split(' '),
  'system.runs': [],
}
export const TABLES = Object.keys(FIELDS)
/** Names that the database has for something of its own. */
export const ALIASES =
  'events persons groups dictionary distinct_ids cohort_people runs element each b e t rows grouped fold computed'.split(
    ' ',
  )

/** Of fields that functions of one type take. */
export const TYPES: ReadonlyMap<string, string> = new Map([
  ...['event', 'distinct_id', 'properties.mark', 'person.properties.mark', '$session_id', 'key', 'session_id'].map(
    (name) => [name, 'text'] as const,
  ),
  ...['timestamp', 'created_at', '$start_timestamp', '$end_timestamp'].map((name) => [name, 'instant'] as const),
  ...['number', 'index', '$session_duration', '$pageview_count', 'cohort_id'].map((name) => [name, 'float'] as const),
])

export const SOUP = (
  'select from where group by having order limit offset union all distinct intersect except join left any on using array window ' +
  'over partition as with and or not in cohort like between is null case when then else end interval day count ( ) [ ] { } , . ; : ? ' +
  "?? ?. -> :: + - * / % = != < > =~ || ' \" ` events persons event properties mark 1 0 -1 1.5 'a' number numbers(3) x y"
).split(' ')
export const TEXTS = [
  "''",
  "'a'",
  "'own'",
  "'1'",
  "'2020-01-02'",
  "'2020-01-01 10:00:00'",
  "'%'",
  "'é'",
  "'a.b'",
  '\'{"a": [1]}\'',
  "'https://a.b/c?d=1'",
]
export const OPERATORS = '+ - * / % = != < <= > >= like ilike =~ !~ and or || ??'.split(' ')
