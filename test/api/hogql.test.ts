import { beforeAll, expect, test } from 'vitest'
import { testServer } from '../support/server.ts'
import { counts, event, makeProject, THREE_DAYS } from '../support/world.ts'

const server = await testServer()
const project = await makeProject(server)
beforeAll(async () => {
  const paid = (id: string, day: number, properties: object) =>
    event('paid', id, `2020-01-0${day}T10:00:00Z`, { properties })
  await project.send([
    paid('a', 1, { n: 1, plan: 'Pro', $browser: 'Chrome', ok: true, nested: { a: 'x', b: 2 }, $set: { team: 'x' } }),
    paid('a', 2, { n: 4, plan: 'pro', $browser: 'Safari', ok: false }),
    paid('b', 2, { n: 10, plan: 'free', $browser: 'Chrome', $set: { team: 'y' } }),
    paid('b', 3, { plan: null, $browser: 'safari', $session_id: 's' }),
  ])
})

const filtered = (key: string) =>
  project.trend({ ...counts('paid'), ...THREE_DAYS, properties: [{ type: 'hogql', key }] })

test.each([
  ['properties.n > 2', [0, 2, 0]],
  ['properties.n * 2 + 1 >= 9', [0, 2, 0]],
  ['properties.n != 4', [1, 1, 1]],
  [`properties.plan != 'free'`, [1, 1, 1]],
  ['properties.plan = null', [0, 0, 1]],
  [`lower(properties.plan) = 'pro'`, [1, 1, 0]],
  [`properties.$browser = properties.plan`, [0, 0, 0]],
  [`properties.$browser ilike 's%'`, [0, 1, 1]],
  [`properties.$browser in ('Chrome', 'Edge')`, [1, 1, 0]],
  [`properties.plan not in ('free')`, [1, 1, 1]],
  [`person.properties.team = 'x' and event = 'paid'`, [1, 1, 0]],
  ['properties.ok', [1, 0, 0]],
  // true or false where the property is; nothing where it is missing
  ['not properties.ok', [0, 1, 0]],
  [`properties.plan not like 'f%'`, [1, 1, 1]],
  ["null like null and null not like '2' and not (null < 2) and null = null and 2 != null", [1, 2, 1]],
  ['properties.n between 1 and 4', [1, 1, 0]],
  [`timestamp >= '2020-01-02 00:00:00'`, [0, 2, 1]],
  [`case when properties.n > 5 then true else false end`, [0, 1, 0]],
  [`multiIf(properties.n > 5, 'big', properties.n > 2, 'middle', 'small') = 'middle'`, [0, 1, 0]],
  [`startsWith(event, 'pa') and length(properties.plan) = 3`, [1, 1, 0]],
  [`properties.plan =~ '^[Pp]ro$'`, [1, 1, 0]],
  [`properties.plan =~* '^PRO$'`, [1, 1, 0]],
  [`properties.plan !~ 'pro'`, [1, 1, 1]],
  [`match(properties.plan, 'r') and not match(properties.plan, 'fr')`, [1, 1, 0]],
  [`toStartOfDay(timestamp) = toDateTime('2020-01-02')`, [0, 2, 0]],
  [`timestamp > toDateTime('2020-01-02 10:00:00') - interval 1 day`, [0, 2, 1]],
  [`timestamp + toIntervalHour(14) >= toDateTime('2020-01-03')`, [0, 2, 1]],
  [`dateDiff('day', toDate('2019-12-31'), timestamp) = 2`, [0, 2, 0]],
  [`dateDiff('month', toDateTime('2019-11-30'), timestamp) = 2`, [1, 2, 1]],
  [`toDayOfWeek(timestamp) = 3 or toMonth(timestamp) + toYear(timestamp) = 0`, [1, 0, 0]],
  [`formatDateTime(timestamp, '%d.%m.%Y %H:%i') = '03.01.2020 10:00'`, [0, 0, 1]],
  [`toString(toDate(timestamp)) = '2020-01-01'`, [1, 0, 0]],
  ['toUnixTimestamp(timestamp) = 1577872800 and timestamp < now()', [1, 0, 0]],
  [`person.properties.team = 'x' and person_id = person.id`, [1, 1, 0]],
  [`length(toString(person_id)) = 36 and notEmpty(distinct_id)`, [1, 2, 1]],
  [`JSONExtractString(properties, 'nested', 'a') = 'x'`, [1, 0, 0]],
  ["properties.nested.b = 2 and JSONExtractInt(properties.nested, 'b') = 2", [1, 0, 0]],
  [`JSONExtractBool(properties.plan, 'a') or JSONHas(properties.nested, 'c')`, [0, 0, 0]],
  [`replaceAll(properties.plan, 'r', '') = 'Po' or endsWith(properties.plan, 'ee')`, [1, 1, 0]],
  [`substring(properties.plan, 2, 2) = 'ro' and left(properties.plan, 1) = 'p'`, [0, 1, 0]],
  ['round(properties.n / 3, 2) = 3.33 and sqrt(100) = pow(10, 1)', [0, 1, 0]],
  [`toBool(if(properties.n > 3, 'true', 'no'))`, [0, 2, 0]],
  [`session.$session_duration = 0`, [0, 0, 1]],
])('a filter: %s', async (key, numbers) => {
  expect(await filtered(key)).toEqual([numbers])
})

test.each([
  ['count()', [1, 2, 1]],
  ['count(properties.n)', [1, 2, 0]],
  ['sum(properties.n) / count(distinct person_id)', [1, 7, 0]],
  ['uniq(properties.plan)', [1, 2, 0]],
  ['quantile(0.5)(properties.n)', [1, 7, 0]],
  [`sumIf(properties.n, properties.plan = 'pro') + 0.5`, [0, 4.5, 0]],
  [`countIf(properties.$browser = 'Chrome') * 10`, [10, 10, 0]],
  ['max(properties.n) - min(properties.n)', [0, 6, 0]],
  ['sum(properties.n) / 0', [null, null, 0]],
])('an aggregate: %s', async (math_hogql, numbers) => {
  expect(await project.trend({ ...counts('paid', { math: 'hogql', math_hogql }), ...THREE_DAYS })).toEqual([numbers])
})

test('a breakdown', async () => {
  const breakdown = `concat(person.properties.team, ':', lower(properties.$browser))`
  const query = { kind: 'TrendsQuery', ...counts('paid'), ...THREE_DAYS }
  const body = { query: { ...query, breakdownFilter: { breakdown, breakdown_type: 'hogql' } } }
  const { results } = (await server.call('POST', `${project.path}query/`, body)).body
  const values = results.map((r: { breakdown_value: string; count: number }) => [r.breakdown_value, r.count])
  expect(values).toEqual([
    ['x:chrome', 1],
    ['x:safari', 1],
    ['y:chrome', 1],
    ['y:safari', 1],
  ])
})

test('columns of the event: filters, breakdowns and expressions', async () => {
  const metadata = (key: string, operator: string, value: unknown) =>
    project.trend({ ...counts('paid'), ...THREE_DAYS, properties: [{ type: 'event_metadata', key, operator, value }] })
  expect(await metadata('distinct_id', 'exact', 'a')).toEqual([[1, 1, 0]])
  expect(await metadata('distinct_id', 'is_not', ['a', 'c'])).toEqual([[0, 1, 1]])
  expect(await metadata('distinct_id', 'icontains', 'B')).toEqual([[0, 1, 1]])
  expect(await metadata('event', 'exact', 'paid')).toEqual([[1, 2, 1]])
  expect(await metadata('timestamp', 'is_date_after', '2020-01-02 09:00:00')).toEqual([[0, 2, 1]])
  expect(await metadata('timestamp', 'icontains', '01-03 10:00:00.000000')).toEqual([[0, 0, 1]])
  expect(await metadata('$session_id', 'exact', 's')).toEqual([[0, 0, 1]])
  const people = {
    query: { kind: 'ActorsQuery', select: ['id'], properties: [{ key: 'team', value: 'x', type: 'person' }] },
  }
  const [[id]] = (await server.call('POST', `${project.path}query/`, people)).body.results
  expect(await metadata('person_id', 'exact', id)).toEqual([[1, 1, 0]])
  expect(await metadata('person_id', 'is_not', id)).toEqual([[0, 1, 1]])
  expect(await filtered(`distinct_id = 'b' or distinct_id in ('x', 'a')`)).toEqual([[1, 2, 1]])
  const query = { kind: 'TrendsQuery', ...counts('paid'), ...THREE_DAYS }
  const breakdownFilter = { breakdown: 'distinct_id', breakdown_type: 'event_metadata' }
  const body = { query: { ...query, breakdownFilter } }
  const { results } = (await server.call('POST', `${project.path}query/`, body)).body
  expect(results.map((r: { breakdown_value: string; count: number }) => [r.breakdown_value, r.count])).toEqual([
    ['a', 2],
    ['b', 2],
  ])
})

test('what cannot be read is a 400 with its place, and events are not read for it', async () => {
  const query = { kind: 'TrendsQuery', ...counts('paid'), ...THREE_DAYS }
  const body = { query: { ...query, properties: [{ type: 'hogql', key: 'properties.n >' }] } }
  const answer = await server.call('POST', `${project.path}query/`, body)
  expect(answer).toMatchObject({ status: 400, body: { code: 'hogql_syntax_error', attr: 'query__properties__0__key' } })
  expect(answer.body.detail).toContain('at character 15')
})
