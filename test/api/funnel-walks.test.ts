/** Walks of a funnel that somebody writes in SQL (docs/hogql-table-functions.md), of odd steps and intervals too. */
import { expect, test } from 'vitest'
import { testServer } from '../support/server.ts'
import { event, makeProject } from '../support/world.ts'

const server = await testServer()
const project = await makeProject(server)
// first steps are most of the events: walks are computed from each step alone where they can be
await project.send([
  ...['01', '02', '03', '04', '05', '06'].map((day) => event('seen', 'a', `2020-01-${day}T10:00:00Z`)),
  event('seen', 'b', '2020-01-02T10:00:00Z'),
  event('tried', 'a', '2020-01-03T11:00:00Z'),
  event('left', 'a', '2020-01-05T11:00:00Z'),
  event('paid', 'a', '2020-01-05T12:00:00Z'),
])

async function walks(columns: string, more: string, steps: readonly string[], order = 'ordered'): Promise<unknown[]> {
  const query = `select ${columns} from funnelWalks(
    person_id as actor, toDateTime('2020-01-01 00:00:00', 'UTC') as date_from, toDateTime('2020-01-08 00:00:00', 'UTC') as date_to,
    ${steps.map((step) => `event = '${step}' as step`).join(', ')}, '${order}' as step_order, 259200 as window_seconds${more}
  ) as walk order by 1, 2`
  const body = { query: { kind: 'HogQLQuery', query }, refresh: 'force_blocking' }
  const answer = await server.call('POST', `${project.path}query/`, body)
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  return answer.body.results
}

const STARTS =
  ", [toDateTime('2020-01-01 00:00:00', 'UTC'), toDateTime('2020-01-03 00:00:00', 'UTC')] as interval_starts"
const THREE = ['seen', 'tried', 'paid']
const DAY = 86_400

test('steps in every order, and a single one', async () => {
  const times = 'walk.reached, walk.times[1], walk.times[2], walk.times[3]'
  const at = (day: number, hour: number) => (day - 1) * DAY + hour * 3_600
  expect(await walks(times, '', THREE)).toEqual([
    [1, at(2, 10), null, null],
    [3, at(3, 10), at(3, 11), at(5, 12)],
  ])
  expect(await walks(times, '', THREE, 'strict')).toEqual([
    [1, at(2, 10), null, null],
    [2, at(3, 10), at(3, 11), null],
  ])
  expect(await walks(times, '', ['paid', 'seen', 'tried'], 'unordered')).toEqual([
    [1, at(2, 10), null, null],
    [3, at(3, 10), at(3, 11), at(5, 12)],
  ])
  expect(await walks('walk.reached, walk.times[1]', '', ['seen'])).toEqual([
    [1, at(1, 10)],
    [1, at(2, 10)],
  ])
})

test('intervals: all steps, or the goal and who enters alone; a goal that is the first step; other beginnings', async () => {
  const reached = 'walk.bucket, walk.reached'
  const goal = (step: number, starts = STARTS) => `${starts}, ${step} as goal_step`
  expect(await walks(reached, goal(3), THREE)).toEqual([
    [0, 1],
    [0, 2],
    [1, 3],
  ])
  const entered = await walks('walk.bucket, walk.reached > 2', `${goal(3)}, 1 as entry_step`, THREE)
  expect(entered).toEqual([
    [0, 0],
    [0, 0],
    [1, 1],
  ])
  expect(await walks(reached, `${goal(3)}, 2 as entry_step`, THREE)).toEqual([
    [0, 1],
    [0, 2],
    [1, 3],
  ])
  expect(await walks(reached, goal(1), THREE)).toEqual([
    [0, 1],
    [0, 1],
    [1, 1],
  ])
  const later = ", [toDateTime('2020-01-03 00:00:00', 'UTC')] as interval_starts"
  expect(await walks(reached, goal(2, later), THREE)).toContainEqual([0, 2])
})
