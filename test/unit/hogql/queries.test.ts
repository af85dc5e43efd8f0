/** Texts of queries: what they are read as, what is refused and where, and that printed expressions are read again. */
import { describe, expect, test } from 'vitest'
import { printHogql } from '../../../lib/engines/hogql/print.ts'
import { bindQuery } from '../../../lib/hogql/bind-query.ts'
import { desugar } from '../../../lib/hogql/desugar.ts'
import { bindExpression } from '../../../lib/hogql/expressions.ts'
import { eventFields } from '../../../lib/hogql/fields.ts'
import { parseExpression } from '../../../lib/hogql/parse/expressions.ts'
import { parseQuery } from '../../../lib/hogql/parse/queries.ts'
import { type BindContext, Scope } from '../../../lib/hogql/scope.ts'
import type { PropertyOwner } from '../../../lib/tree/types.ts'

const propertyType = (_: PropertyOwner, key: string) =>
  key === 'n' || key === '$session_duration' ? 'float' : key === 'b' ? 'boolean' : key === 'd' ? 'instant' : 'text'
const context = (weekStartDay: 0 | 1 = 0): BindContext => ({
  timezone: 'UTC',
  weekStartDay,
  now: '2024-01-01T00:00:00.000Z',
  attr: 'query',
  propertyType,
  instant: (text) => (/^\d{4}-\d\d-\d\d( |$)/.test(text) ? new Date(`${text.replace(' ', 'T')}Z`).toISOString() : null),
})
const read = (text: string) => bindQuery(parseQuery(text, 'query'), context())
const again = (text: string) => printHogql(read(text).query, propertyType)

describe('queries', () => {
  test.each([
    'select event as event from events',
    'select e.properties.plan as plan, e.person.properties.name as name from events as e',
    'select count() as people from persons',
    'with a as (select person_id as person from events), b as (select a.person as person from a) select b.person as person from b',
    'select uniq(person_id) as people, properties.plan as plan from events group by plan order by people desc, plan limit 5 offset 10',
    'select x.n as n from (select 1 as n from events union all select 2 as n from events) as x',
    'select events.event as event, p.created_at as made from events left join persons as p on p.id = events.person_id',
    'select events.event as event from events join groups as group_0 on group_0.key = events.$group_0 and group_0.index = 0',
    'select numbers.number as n from numbers(3)',
    "select event as event from events where person_id in (select person_id from events where event = 'paid')",
    'select row_number() over (order by timestamp desc, event) as place, event as event from events',
    'select max(timestamp) as last, min(properties.plan) as least from events',
    'select pair.key as key, pair.value as value from events cross join propertyPairs(events.properties) as pair',
    'select events.person_id as person, events.person.properties.name as name from events',
  ])('%s', (text) => {
    const printed = again(text)
    expect(again(printed)).toBe(printed)
  })

  test('the printed text is the one that was read', () => {
    const text =
      "select uniq(person_id) as people, toStartOfWeek(timestamp, 0) as week from events where event != 'left' and properties.n > 5 " +
      'group by week order by people desc limit 3'
    expect(again(text)).toBe(text.replace('properties.n', 'toFloat(properties.n)'))
  })

  test('columns have names and types', () => {
    const { columns } = read('select event, 1 as n, person_id as person, timestamp from events')
    expect(columns).toEqual([
      { name: 'event', type: 'text' },
      { name: 'n', type: 'float', number: 'UInt8' },
      { name: 'person', type: 'id', idOf: 'person' },
      { name: 'timestamp', type: 'instant' },
    ])
  })

  test.each([
    ['select 1 as a from dictionary', 'Unknown table `dictionary`. (at character 20)'],
    ['select secure_value as a from personal_api_keys', 'Unknown table `personal_api_keys`.'],
    ['select 1 as a from pg_catalog.pg_user', 'Unknown table `pg_catalog.pg_user`.'],
    ['select a.nothing as a from events as a', 'Unable to resolve field: a.nothing (at character 8)'],
    ['select events.project as a from events', 'Unable to resolve field: events.project'],
    ['select evnt as a from events', 'Unable to resolve field: evnt. Did you mean: event? (at character 8)'],
    ['select 1 as a from event', 'Unknown table `event`. Did you mean: events?'],
    ['select cont() as a from events', "Unsupported function call 'cont(...)'. Did you mean: count(...)?"],
    ['select event, count() from events', 'The column event is neither under an aggregate function nor in GROUP BY.'],
    ['select event from events where count() > 1', 'cannot be used here'],
    ['select count() as c from events where c > 1', 'An aggregate cannot be used in WHERE'],
    ['select x.event as a from events', 'Unable to resolve field: x.event'],
    ['select event as a from events where (select b.event from events as c) = 1', 'Unable to resolve field: b.event'],
    ['select a.event as x from events as a join events as b on a.uuid = b.uuid where event = 1', 'Ambiguous query'],
    ['select event as a from events join events on true', 'The alias events is there twice.'],
    ['select a from (select event as a, uuid as a from events)', 'The column a is there twice.'],
    ['select 1 as team_id', "Alias 'team_id' is a reserved keyword."],
    ['select sum(count()) as a from events', 'cannot be nested'],
    ['select event as a from events where event in (select event, uuid from events)', 'must have one column'],
    ['select event as a from pg_sleep(10)', `Unknown table function 'pg_sleep'.`],
    ['select event as a from events limit 1.5', 'This must be a whole number.'],
    ['select event as a from events union all select event as a, uuid as b from events', 'as many columns each'],
    ['select event as a from events where', 'The query ends too early.'],
    ['select w.actor as a from funnelWalks(person_id as actor) as w', 'date_from is missing.'],
    ['select n.key as a from propertyPairs(event) as n', 'Unable to resolve field'],
    [`select ${'('.repeat(150)}1${')'.repeat(150)} as a from events`, 'nested too deeply'],
    [`select ${'(select '.repeat(120)}`, 'nested too deeply'],
  ])('refused: %s', (text, detail) => {
    const refused = () => read(text)
    if (detail.startsWith('Unable to resolve field') && text.includes('propertyPairs'))
      expect(refused).toThrow(/propertyPairs takes/)
    else expect(refused).toThrow(detail)
  })

  test('a text is bounded before it is read', () => {
    expect(() => parseQuery(' '.repeat(200_001), 'query')).toThrow('200000 characters at most')
    expect(() => parseQuery(`select ${'1 + '.repeat(10_001)}1 as a from events`, 'query')).toThrow('10000 operators')
    expect(() => parseExpression(`${'1 + '.repeat(501)}1`, 'key')).toThrow('500 operators')
    const chains = [
      `${'1 + '.repeat(550)}1`,
      `case ${'when a then 1 '.repeat(250)} end`,
      `multiIf(${'a, 1, '.repeat(250)}2)`,
    ]
    for (const chain of chains) expect(() => parseQuery(`select ${chain}`, 'query'), chain).toThrow('nested too deeply')
    expect(() => parseQuery(`select 1 from a${' join a on 1'.repeat(300)}`, 'query')).toThrow('300 tables at most')
    const doubled = Array.from({ length: 40 }).reduce<string>((text) => `(${text} between 1 and 2)`, 'properties.n')
    expect(() => bindExpression(parseExpression(doubled, 'key'), Scope.of(eventFields, context()))).toThrow(
      'too complex',
    )
  })
})

describe('longer spellings', () => {
  const plain = (text: string) =>
    JSON.stringify(desugar(parseExpression(text, 'key')), (k, v) => (k === 'at' ? undefined : v))
  test.each([
    ['event between 1 and 2', 'event >= 1 and event <= 2'],
    ['event not between 1 and 2', 'event < 1 or event > 2'],
    ['case when event = 1 then 2 else 3 end', 'if(event = 1, 2, 3)'],
    ['case event when 1 then 2 end', 'if(event = 1, 2, null)'],
    ['multiIf(a, 1, b, 2, 3)', 'if(a, 1, if(b, 2, 3))'],
    ['a ? 1 : 2', 'if(a, 1, 2)'],
    ["timestamp - interval '7 days'", 'minus(timestamp, toIntervalDay(7))'],
    ['timestamp + toIntervalHour(2)', 'plus(timestamp, toIntervalHour(2))'],
    ['count(distinct event)', 'uniq(event)'],
    ['COUNT(DISTINCT event)', 'uniqExact(event)'],
    ['a not in (1, 2)', 'not (a in (1, 2))'],
    ['-  -1', '1'],
  ])('%s', (text, longer) => {
    expect(plain(text)).toBe(plain(longer))
  })
})

/** An expression for each function and operator. */
const EXPRESSIONS = `
properties.n + 1 | properties.n - 1 | properties.n * 2 | properties.n / 2 | properties.n % 2 | -properties.n | properties.a || 'x'
properties.a = properties.c | properties.a != properties.c | properties.a = 'x' | properties.a != 'x' | not (properties.a = 'x')
properties.n < 5 | not (properties.n < 5) | properties.n >= 5 | properties.a > 'x' | properties.a like '%x' | properties.a not ilike 'x_'
properties.a like properties.c | properties.a not like properties.c | properties.a in ('x', 'y') | properties.a not in ('x') | properties.n in (1, 2, null)
properties.a =~ '^a.b$' | properties.a !~ 'a' | properties.a =~* 'a' | match(properties.a, 'a') | not match(properties.a, 'a') | properties.a is null
properties.a is not null | properties.b | not properties.b | properties.b and properties.n > 1 | properties.b or event = 'x' | properties.b = true
empty(properties.a) | notEmpty(properties.a) | coalesce(properties.a, 'x') | ifNull(properties.n, 0) | nullIf(properties.a, '') | greatest(properties.a, 'b')
least(properties.n, 1, 2) | abs(properties.n) | floor(properties.n) | ceil(properties.n) | round(properties.n, 2) | sqrt(properties.n) | pow(properties.n, 2)
truncate(properties.n) | cbrt(properties.n) | lower(properties.a) | upper(properties.a) | trim(properties.a) | rtrim(properties.a, '/') | length(properties.a)
concat(properties.a, properties.c, 'x') | replaceAll(properties.a, 'x', 'y') | substring(properties.a, 1, 2) | left(properties.a, 2) | position(properties.a, 'x')
positionCaseInsensitive(properties.a, 'x') | startsWith(properties.a, 'x') | endsWith(properties.a, 'x') | toString(properties.n) | toString(properties.b)
toString(event = 'x') | toString(timestamp) | toString(toDate(timestamp)) | toFloat(properties.a) | toInt(properties.a) | toInt(properties.n) | toInt(lower(properties.a))
toBool(properties.a) | toBool(properties.n) | toFloat(event = 'x') | if(event = 'x', 1, 2) | if(properties.b, properties.a, null) | assumeNotNull(properties.a)
JSONExtractString(properties, 'a', 'c') | JSONExtractFloat(properties, 'a') | JSONExtractInt(properties, 'a') | JSONExtractBool(properties, 'a') | JSONHas(properties, 'a', 'c')
JSONExtractRaw(properties, 'n') | properties.a.c | properties.n.c | person.properties.a | person_id | toString(person_id) | $group_0 | $group_1 = '' | $session_id is null
group_0.properties.a | session.$session_duration > 5 | session.$entry_utm_source | toDateTime(properties.a) | properties.d > '2024-01-01' | toDate(timestamp) + 1
timestamp + 5 | timestamp - toDateTime('2024-01-01') | now() | today() | yesterday() | toUnixTimestamp(timestamp) | fromUnixTimestamp(5) | toMonday(timestamp)
toStartOfSecond(timestamp) | toStartOfMinute(timestamp) | toStartOfFiveMinutes(timestamp) | toStartOfHour(timestamp) | toStartOfDay(timestamp) | toStartOfWeek(timestamp)
toStartOfWeek(timestamp, 1) | toStartOfMonth(timestamp) | toStartOfQuarter(timestamp) | toStartOfYear(timestamp) | toYear(timestamp) | toQuarter(timestamp) | toISOWeek(timestamp)
toDayOfYear(timestamp) | toDayOfWeek(timestamp) | toSecond(timestamp) | toYYYYMM(timestamp) | dateTrunc('week', timestamp) | dateDiff('week', timestamp, now())
dateAdd('day', 2, timestamp) | dateSub('month', 1, timestamp) | addHours(timestamp, 1) | subtractYears(timestamp, 1) | timestamp - interval 2 week
arrayMap(x -> x + 1, [properties.n, 2]) | arrayFilter(x -> x != 'a', [properties.a]) | arrayFold((acc, x) -> acc + x, [properties.n, 1], 0)
arraySort((x, y) -> y, [properties.a], [properties.n]) | arrayFirst(x -> x > 1, [properties.n, 1]) | arraySum([properties.n]) | has([properties.a], 'x')
arrayExists(x -> arrayExists(y -> x = y, [properties.c]), [properties.a]) | arraySlice([properties.n], 1) | length([properties.n]) | [properties.n][1]
tupleElement((properties.a, 1), 2) | map('a', properties.n)['a'] | mapKeys(map('a', properties.n)) | JSONExtractArrayRaw(properties, 'a', 1)
JSONExtractString(properties.a, 'b', 1) | JSONExtract(properties, 'a', 'Nullable(Int64)') | JSONLength(properties.a) | JSONHas(properties, 'a')
formatDateTime(timestamp, '%H') | formatDateTime(timestamp, '%H') = '10' | case when event = 'x' then 1 when event = 'y' then 2 end | event ? 1 : 2`

test.each(
  EXPRESSIONS.split(/ \| |\n/)
    .map((text) => text.trim())
    .filter((text) => text !== ''),
)('printed and read again: %s', (text) => {
  const printed = again(`select ${text} as x from events`)
  expect(again(printed)).toBe(printed)
})
