/** Results that are made of partial results that are kept: the same as those that are computed whole. */
import { expect, test } from 'vitest'
import { CASES, EVENTS } from '../support/every-kind.ts'
import { numbersOf } from '../support/random-questions.ts'
import { testServer } from '../support/server.ts'
import { counts, event, makeProject, type TestProject, THREE_DAYS } from '../support/world.ts'

const server = await testServer({ partialsFromRows: 0 })

const WHOLE = { usePartials: false }
const at = (day: number, hour = 10) => `2020-01-0${day}T${hour}:00:00Z`
/** Three days of the event. */
const trends = (more: object = {}) => ({ kind: 'TrendsQuery', ...THREE_DAYS, ...counts('seen', more) })

async function run(text: string, ...params: (number | string)[]) {
  const [rows = []] = await server.stack.services.engine.run([{ text, params }], { timeoutMs: 5_000 })
  return rows
}

async function answer({ path }: TestProject, node: object, modifiers: object = {}) {
  const query = { ...node, modifiers }
  const { status, body } = await server.call('POST', `${path}query/`, { query, refresh: 'force_blocking' })
  expect(status, JSON.stringify(body)).toBe(200)
  return body
}
const data = async (project: TestProject, node: object, modifiers: object = {}): Promise<number[][]> =>
  (await answer(project, node, modifiers)).results.map((item: { data: number[] }) => item.data)

const cases = Object.entries(CASES).filter(([kind]) => kind !== 'HogQLQuery')

test.each(cases)('%s is the same whole and of what is kept, also when something comes late', async (kind, each) => {
  const project = await makeProject(server)
  const ask = async (modifiers: object = {}) =>
    each.numbers((await answer(project, { kind, ...each.node }, modifiers)).results)
  await project.send(EVENTS)
  const whole = await ask(WHOLE)
  expect(await ask()).toEqual(whole)
  expect(await ask()).toEqual(whole)
  await project.send([event('seen', 'd', '2020-01-02T12:00:00Z'), event('paid', 'd', '2020-01-02T12:05:00Z')])
  const later = await ask(WHOLE)
  expect(later).not.toEqual(whole)
  expect(await ask()).toEqual(later)
})

test('what is kept is read as it stands while nothing has moved', async () => {
  const project = await makeProject(server)
  await project.send(EVENTS)
  const ask = async () => (await data(project, { kind: 'TrendsQuery', ...CASES.TrendsQuery.node }))[0]
  expect(await ask()).toEqual([2, 1, 1])
  await run('update partials set numbers = array[7] where project = $1', project.id)
  expect(await ask()).toEqual([7, 7, 7])
  // the days of what comes are computed again, and no other
  await project.send([event('seen', 'd', '2020-01-02T12:00:00Z')])
  expect(await ask()).toEqual([7, 2, 7])
})

const BREAKDOWNS = [
  ['$browser', 'event'],
  ['plan', 'event'],
  ['plan', 'person'],
  ['tier', 'group'],
] as const
const MATHS = ['total', 'dau', 'weekly_active', 'unique_session'] as const

test.each(BREAKDOWNS)('a breakdown by %s of the %s is kept in every interval', async (breakdown, breakdown_type) => {
  const project = await makeProject(server)
  const seen = (day: number, id: string, properties: object) => event('seen', id, at(day), { properties })
  await project.send(
    [1, 2, 3].flatMap((day) => [
      seen(day, 'x', { $browser: 'c', plan: 'pro', $groups: { org: 'q' }, $set: { plan: 'pro' } }),
      seen(day, 'y', { $session_id: 's' }),
    ]),
  )
  const of = { breakdown, breakdown_type, ...(breakdown_type === 'group' ? { breakdown_group_type_index: 0 } : {}) }
  for (const math of MATHS)
    for (const interval of ['hour', 'day', 'week']) {
      const asked = { ...trends({ math }), interval, breakdownFilter: of }
      expect(await data(project, asked), `${math} ${interval}`).toEqual(await data(project, asked, WHOLE))
    }
})

test('insights with the same series in another order are computed at once', async () => {
  const project = await makeProject(server)
  await project.send([1, 2, 3].map((day) => event('seen', 'x', at(day), { properties: { amount: day } })))
  const series = [{}, { math: 'dau' }, { math: 'sum', math_property: 'amount' }].map((more) => trends(more).series[0])
  const [total, people, sum] = series
  const orders = [
    [total, people, sum],
    [sum, people, total],
    [people, sum, total],
  ]
  for (let round = 0; round < 5; round++) {
    await run('delete from partials where project = $1', project.id)
    await run('delete from partial_series where project = $1', project.id)
    const answers = await Promise.all(orders.map((series) => data(project, { ...trends(), series })))
    const [ones, amounts] = [
      [1, 1, 1],
      [1, 2, 3],
    ]
    expect(answers).toEqual([
      [ones, ones, amounts],
      [amounts, ones, ones],
      [ones, amounts, ones],
    ])
  }
})

const ofPerson = (operator: string, value: string | null = null) => ({
  key: 'plan',
  type: 'person',
  operator,
  ...(value === null ? {} : { value }),
})
const PERSONAL_KINDS: readonly object[] = [
  trends(),
  trends({ math: 'dau' }),
  trends({ math: 'sum', math_property: 'amount' }),
  trends({ math: 'min', math_property: 'amount' }),
  trends({ math: 'weekly_active' }),
  trends({ math: 'unique_session' }),
  trends({ math: 'max_count_per_actor' }),
  { ...trends(), interval: 'week' },
  { ...trends({ math: 'dau' }), breakdownFilter: { breakdown: '$browser', breakdown_type: 'event' } },
  { ...trends(), breakdownFilter: { breakdown: 'plan', breakdown_type: 'person' } },
  ...(['RetentionQuery', 'LifecycleQuery', 'StickinessQuery', 'FunnelsQuery'] as const).map((kind) => ({
    kind,
    ...CASES[kind].node,
  })),
]

test('persons and cohorts that conditions read count as they are when they are asked', async () => {
  const project = await makeProject(server)
  const { path, id } = project
  const seen = (day: number, who: string, $browser: string) =>
    event('seen', who, at(day), {
      properties: { $browser, amount: day + who.length, $session_id: `${who} ${day % 2}` },
    })
  await project.send([
    ...[1, 2, 3].flatMap((day) => [...['a', 'b', 'ccc', 'd'].map((who) => seen(day, who, 'x')), seen(day, 'a', 'y')]),
    event('paid', 'a', at(2, 11)),
    event('seen', 'e', at(2), { properties: { $process_person_profile: false } }),
    event('$set', 'a', at(1, 9), { properties: { $set: { plan: 'pro' } } }),
    event('$set', 'b', at(1, 9), { properties: { $set: { plan: 'free' } } }),
  ])
  const groups = [{ properties: [{ key: 'plan', type: 'person', value: 'pro' }] }]
  const cohort = (await server.call('POST', `${path}cohorts/`, { name: 'pro', groups })).body.id
  const calculated = () =>
    expect.poll(async () => (await server.call('GET', `${path}cohorts/${cohort}/`)).body.is_calculating).toBe(false)
  await calculated()
  const conditions = [
    [ofPerson('exact', 'pro')],
    [ofPerson('is_not', 'pro')],
    [ofPerson('is_not_set'), { key: '$browser', type: 'event', operator: 'exact', value: 'x' }],
    [{ key: 'id', type: 'cohort', operator: 'in', value: cohort }],
    [{ key: 'id', type: 'cohort', operator: 'not_in', value: cohort }, ofPerson('is_not', 'free')],
  ]
  const questions = PERSONAL_KINDS.flatMap((node, index) => {
    const some = index === 0 ? conditions : [conditions[index % conditions.length]]
    return some.map((properties) => ({ ...node, properties }))
  })
  const check = async (what: string) => {
    const answers: unknown[] = []
    for (const asked of questions) {
      const kept = await answer(project, asked)
      expect(kept.served_from, JSON.stringify(asked)).toBe('partials')
      const whole = await answer(project, asked, WHOLE)
      expect(numbersOf(kept.results), `${what} ${JSON.stringify(asked)}`).toEqual(numbersOf(whole.results))
      answers.push(numbersOf(kept.results))
    }
    return answers
  }
  const first = await check('first')
  const [{ days } = { days: 0 }] = await run('select count(*)::int4 as days from partials where project = $1', id)
  await project.send([event('$set', 'b', at(1, 12), { properties: { $set: { plan: 'pro' } } })])
  const leaf = { key: 'plan', type: 'person', operator: 'is_not_set' }
  const filters = { properties: { type: 'OR', values: [{ type: 'AND', values: [leaf] }] } }
  expect((await server.call('PATCH', `${path}cohorts/${cohort}/`, { filters })).status).toBe(200)
  await calculated()
  const changed = await check('a person and the cohort have changed')
  expect(changed).not.toEqual(first)
  // no question is asked of the event that said so
  expect((await run('select count(*)::int4 as days from partials where project = $1', id))[0]?.days).toBe(days)
  await project.send([event('$merge_dangerously', 'a', at(3, 12), { properties: { alias: 'd' } })])
  const persons = (await server.call('GET', `${path}persons/?distinct_id=ccc`)).body.results
  expect((await server.call('DELETE', `${path}persons/${persons[0].uuid}/`)).status).toBeLessThan(300)
  await check('two are one, and one is gone but for the events')
}, 60_000)

test('usePartials is true or false', async () => {
  const query = { kind: 'TrendsQuery', ...CASES.TrendsQuery.node, modifiers: { usePartials: 'no' } }
  const { status, body } = await server.call('POST', '/api/projects/1/query/', { query })
  expect(status).toBe(400)
  expect(body.attr).toBe('query__modifiers__usePartials')
})
