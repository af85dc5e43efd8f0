import { expect, test } from 'vitest'
import { testServer } from '../support/server.ts'
import { event, makeProject } from '../support/world.ts'

const server = await testServer()

const NOON = 'T12:00:00Z'

test('all starts with the first event of the series, also when an earlier one comes later', async () => {
  const project = await makeProject(server)
  await project.send([
    event('other', 'a', `2020-01-01${NOON}`),
    event('view', 'a', `2020-03-05${NOON}`),
    event('view', 'b', `1975-03-05${NOON}`),
  ])
  const ask = async (series: object, more: object = {}) => {
    const dateRange = { date_from: 'all', date_to: '2020-03-07' }
    const query = { kind: 'TrendsQuery', series: [series], dateRange, ...more }
    return (await server.call('POST', `${project.path}query/`, { query, refresh: 'force_blocking' })).body
  }
  const view = { kind: 'EventsNode', event: 'view' }
  const first = await ask(view)
  expect(first.results[0]).toMatchObject({ data: [1, 0, 0], days: ['2020-03-05', '2020-03-06', '2020-03-07'] })
  expect(first.resolved_date_range.date_from).toBe('2020-03-05T00:00:00Z')
  await project.send([event('view', 'b', `2020-03-04${NOON}`)])
  expect((await ask(view)).results[0].data).toEqual([1, 1, 0, 0])
  expect((await ask({ kind: 'EventsNode', event: null }, { interval: 'month' })).results[0].days[0]).toBe('2020-01-01')
  const previous = await ask(view, { compareFilter: { compare: true } })
  expect(previous.results.map(({ data }: { data: number[] }) => data.length)).toEqual([4, 4])
  const action = await server.call('POST', `${project.path}actions/`, { name: 'seen', steps: [{ event: 'view' }] })
  expect((await ask({ kind: 'ActionsNode', id: action.body.id })).results[0].days[0]).toBe('2020-03-04')
  const total = await ask(view, { trendsFilter: { display: 'BoldNumber' } })
  expect(total.results[0].aggregated_value).toBe(2)
})

test('all of an event that never happened is the last day alone', async () => {
  const project = await makeProject(server)
  expect(
    await project.trend({ series: [{ kind: 'EventsNode', event: 'x' }], dateRange: { date_from: 'all' } }),
  ).toEqual([[0]])
})
