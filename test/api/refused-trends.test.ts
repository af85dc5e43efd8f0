/** What cannot be computed is refused before an event is read, with its place, and is never cached. */
import { beforeAll, expect, test } from 'vitest'
import { testServer } from '../support/server.ts'
import { event, makeProject } from '../support/world.ts'

const server = await testServer()
const project = await makeProject(server)
beforeAll(async () => {
  await project.send([event('paid', 'a', '2020-01-01T10:00:00Z')])
})

const series = (more: object) => ({ series: [{ kind: 'EventsNode', event: 'paid', ...more }] })
const filtered = (filter: object) => ({ properties: [{ key: 'plan', type: 'event', ...filter }] })

test.each<[string, object, string]>([
  ['a math', series({ math: 'mode' }), 'series.0.math'],
  ['an operator', filtered({ operator: 'sounds_like', value: 'x' }), 'properties.0.operator'],
  [
    'four breakdowns',
    { breakdownFilter: { breakdowns: ['a', 'b', 'c', 'd'].map((property) => ({ property })) } },
    'breakdownFilter.breakdowns',
  ],
  ['a letter', { trendsFilter: { formula: 'A+C' } }, 'trendsFilter__formula'],
  ['no formula', { trendsFilter: { formula: 'A+' } }, 'trendsFilter__formula'],
  ['a cohort', { properties: [{ key: 'id', type: 'cohort', value: 999 }] }, 'query__properties__0__value'],
  ['an action', { series: [{ kind: 'ActionsNode', id: 999 }] }, 'query__series__0__id'],
  ['a date', { dateRange: { date_from: 'soon' } }, 'date_from'],
  ['a date to compare with', { compareFilter: { compare: true, compare_to: 'x' } }, 'compareFilter__compare_to'],
  ['a date in a filter', filtered({ operator: 'is_date_after', value: 'x' }), 'query__properties__0__value'],
  ['a look-behind', filtered({ operator: 'regex', value: '(?<=a)b' }), 'query__properties__0__value'],
  ['a back reference', filtered({ operator: 'regex', value: '(a)\\1' }), 'query__properties__0__value'],
  ['an open class', filtered({ operator: 'regex', value: '[a' }), 'query__properties__0__value'],
  ['no HogQL', { properties: [{ type: 'hogql', key: '1 +' }] }, 'query__properties__0__key'],
  ['a table in HogQL', { properties: [{ type: 'hogql', key: 'persons.id = 1' }] }, 'query__properties__0__key'],
  ['an aggregate', series({ math: 'hogql', math_hogql: 'sum(' }), 'query__series__0__math_hogql'],
  ['a regex in HogQL', { properties: [{ type: 'hogql', key: `event =~ '('` }] }, 'query__properties__0__key'],
  [
    'a breakdown',
    { breakdownFilter: { breakdown: 'x y', breakdown_type: 'hogql' } },
    'query__breakdownFilter__breakdown',
  ],
  ['an unknown key', { trendsFilter: { wiggle: 1 } }, 'trendsFilter.wiggle'],
  ['a series that is none', { series: [{ kind: 'EventsNode', events: 'paid' }] }, 'series.0.events'],
])('%s', async (_, changes, place) => {
  const query = {
    kind: 'TrendsQuery',
    ...series({}),
    dateRange: { date_from: '2020-01-01', date_to: '2020-01-03' },
    ...changes,
  }
  const calls = await server.counted(async () => {
    const { status, body } = await server.call('POST', `${project.path}query/`, { query, refresh: 'blocking' })
    expect([status, `${body.attr} ${body.detail}`]).toEqual([400, expect.stringContaining(place)])
  })
  // what the names mean is asked for; the events are not
  expect(calls.postgres).toBeLessThanOrEqual(1)
  expect(calls.qstash).toBe(0)
  // a result that was cached would be the answer
  const again = await server.call('POST', `${project.path}query/`, { query, refresh: 'force_cache' })
  expect(again.status).toBe(400)
})
