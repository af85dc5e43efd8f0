/** Paths before, between and after steps of a funnel (docs/paths.md 9), over HTTP and a real database. */
import { beforeAll, expect, test } from 'vitest'
import { at, pathsOf, RANGE } from '../support/paths.ts'
import { testServer } from '../support/server.ts'
import { event, makeProject, type TestProject } from '../support/world.ts'

const server = await testServer()
const { ask, edges, people, projectOf } = pathsOf(server)

let project: TestProject
beforeAll(async () => {
  project = await makeProject(server, { timezone: 'UTC' })
})

const funnelFilter = (funnelPathType: string, funnelStep: number, funnelsFilter: object = {}, more: object = {}) => ({
  funnelPathsFilter: {
    funnelPathType,
    funnelStep,
    funnelSource: {
      kind: 'FunnelsQuery',
      series: ['one', 'two', 'three'].map((name) => ({ kind: 'EventsNode', event: name })),
      dateRange: RANGE,
      funnelsFilter,
      ...more,
    },
  },
})

test('paths of a funnel: before, between and after a step, of those who did it or dropped off before the next', async () => {
  const way = (id: string, ...names: readonly string[]) =>
    names.map((name, index) => event(name, id, at(`${String(8 + index).padStart(2, '0')}:00:00`)))
  const own = await projectOf([
    ...way('done', 'start', 'one', 'x', 'two', 'y', 'three', 'z'),
    ...way('half', 'start', 'one', 'w', 'two', 'v', 'u'),
    ...way('none', 'start', 'x', 'y'),
  ])
  const custom = { includeEventTypes: ['custom_event'], stepLimit: 10 }
  const names = async (more: object) =>
    (await edges(own, custom, more)).map((edge) => edge.replaceAll(/ \d+ \d+$/g, ''))
  expect(await names(funnelFilter('funnel_path_before_step', 3))).toEqual([
    '1_start 2_one',
    '2_one 3_x',
    '3_x 4_two',
    '4_two 5_y',
    '5_y 6_three',
  ])
  expect(await names(funnelFilter('funnel_path_between_steps', 2))).toEqual([
    '1_one 2_w',
    '1_one 2_x',
    '2_w 3_two',
    '2_x 3_two',
  ])
  expect(await names(funnelFilter('funnel_path_between_steps', -3))).toEqual(['1_one 2_w', '2_w 3_two'])
  expect(await names(funnelFilter('funnel_path_after_step', 3))).toEqual(['1_three 2_z'])
  expect(await names(funnelFilter('funnel_path_before_step', -3))).toEqual(['1_start 2_one', '2_one 3_w', '3_w 4_two'])
  const inHours = { funnelWindowInterval: 2, funnelWindowIntervalUnit: 'hour' }
  // whoever was too late for step three: from two hours after step two on
  expect(await names(funnelFilter('funnel_path_after_step', -3, inHours))).toEqual(['1_three 2_z'])
  expect(await names(funnelFilter('funnel_path_after_step', 1, inHours))).toEqual([
    '1_one 2_w',
    '1_one 2_x',
    '2_w 3_two',
    '2_x 3_two',
    '3_two 4_v',
    '3_two 4_y',
    '4_v 5_u',
    '4_y 5_three',
    '5_three 6_z',
  ])
  expect(await people(own, { ...custom, pathEndKey: '2_w' }, funnelFilter('funnel_path_between_steps', 2))).toEqual([
    'half',
  ])
})

test.each([
  ['funnel_path_after_step', 0],
  ['funnel_path_after_step', 4],
  ['funnel_path_after_step', -1],
  ['funnel_path_between_steps', 1],
  ['funnel_path_between_steps', -2],
])('a funnel of three steps has no %s %i', async (type, step) => {
  const { status, body } = await ask(project, {}, funnelFilter(type, step))
  expect(status).toBe(400)
  expect(body.attr).toBe('query__funnelPathsFilter__funnelStep')
})

test('the filters and test accounts of the funnel hold for the funnel', async () => {
  const own = await projectOf(
    [
      ...['one', 'two', 'three'].map((name, index) =>
        event(name, 'us', at(`08:0${index}:00`), { properties: { plan: 'a' } }),
      ),
      ...['one', 'two', 'three'].map((name, index) =>
        event(name, 'them', at(`08:0${index}:00`), { properties: { plan: 'b' } }),
      ),
    ],
    { test_account_filters: [{ key: 'plan', value: 'b', operator: 'exact', type: 'event' }] },
  )
  const custom = { includeEventTypes: ['custom_event'] }
  const values = async (more: object) =>
    (await edges(own, custom, funnelFilter('funnel_path_after_step', 1, {}, more)))[0]
  expect(await values({})).toBe('1_one 2_two 2 60')
  expect(await values({ filterTestAccounts: true })).toBe('1_one 2_two 1 60')
  expect(await values({ properties: [{ key: 'plan', value: 'a', operator: 'exact', type: 'event' }] })).toBe(
    '1_one 2_two 1 60',
  )
})
