/** What is kept is dropped when nobody uses it, and when it is more than its share. */
import { expect, test } from 'vitest'
import { scheduled } from '../../functions/scheduled.ts'
import { testServer } from '../support/server.ts'
import { counts, event, makeProject, THREE_DAYS } from '../support/world.ts'

const server = await testServer({ partialsFromRows: 0 })

async function run(text: string, ...params: (number | string)[]) {
  const [rows = []] = await server.stack.services.engine.run([{ text, params }], { timeoutMs: 5_000 })
  return rows
}

/** A project whose total, sum and unique users are kept, each of three days. */
async function made() {
  const project = await makeProject(server)
  await project.send(
    [1, 2, 3].map((day) => event('seen', 'x', `2020-01-0${day}T10:00:00Z`, { properties: { n: day } })),
  )
  const questions = [{}, { math: 'sum', math_property: 'n' }, { math: 'dau' }].map((more) => ({
    ...THREE_DAYS,
    ...counts('seen', more),
  }))
  const { id } = project
  const ask = async () => {
    const answers: number[][][] = []
    for (const question of questions) answers.push(await project.trend(question))
    return answers
  }
  const kept = async () => (await run('select count(*)::int4 as n from partials where project = $1', id))[0]?.n
  const series = async () =>
    (await run('select series::text as series from partial_series where project = $1 order by series', id)).map(
      ({ series }) => String(series),
    )
  const cron = async () => {
    await run('update partial_series set looked_at = null where project = $1', id)
    await scheduled(server.stack.services)
  }
  const right = [[[1, 1, 1]], [[1, 2, 3]], [[1, 1, 1]]]
  expect(await ask()).toEqual(right)
  return { id, ask, kept, series, cron, right }
}

test('what is used stays, and what it takes is noted', async () => {
  const { id, kept, series, cron } = await made()
  await cron()
  expect(await kept()).toBe(9)
  expect(await series()).toHaveLength(3)
  const rows = await run('select bytes from partial_series where project = $1 and looked_at = current_date', id)
  expect(rows).toHaveLength(3)
  for (const { bytes } of rows) expect(bytes).toBeGreaterThan(3 * 120)
})

test('a series that nobody has asked for in thirty days goes with its pieces, and comes back', async () => {
  const { id, ask, kept, series, cron, right } = await made()
  const [first = ''] = await series()
  const text = 'update partial_series set used = current_date - $3::int4 where project = $1 and series = $2::uuid'
  await run(text, id, first, 30)
  await cron()
  expect(await series()).toHaveLength(3)
  await run(text, id, first, 31)
  await cron()
  expect(await series()).not.toContain(first)
  expect(await kept()).toBe(6)
  expect(await ask()).toEqual(right)
  expect(await series()).toContain(first)
  expect(await kept()).toBe(9)
})

test('pieces go that were made long ago, those of hours first; a question makes them again', async () => {
  const { id, ask, kept, cron, right } = await made()
  await run('update partials set made = current_date - 9 where project = $1', id)
  await cron()
  expect(await kept()).toBe(9)
  await run(`update partials set "to" = "to" - interval '1 hour' where project = $1 and "from" = '2020-01-02Z'`, id)
  await cron()
  expect(await kept()).toBe(6)
  await run('update partials set made = current_date - 32 where project = $1', id)
  await cron()
  // not those of all days on the same day
  expect(await kept()).toBe(3)
  expect(await ask()).toEqual(right)
  expect(await kept()).toBe(9)
})

test('beyond a tenth of the events those go that were not used for longest', async () => {
  await run('delete from partial_series')
  const { id, ask, series, right } = await made()
  await scheduled(server.stack.services)
  const [oldest = '', older = '', newest = ''] = await series()
  const size = async (of: string, days: number, share: string) =>
    run(
      `update partial_series set used = current_date - $3::int4, bytes = ${share} * pg_total_relation_size('events')
        where project = $1 and series = $2::uuid`,
      id,
      of,
      days,
    )
  await size(oldest, 20, '0.04')
  await size(older, 10, '0.04')
  await size(newest, 0, '0.05')
  await scheduled(server.stack.services)
  expect(await series()).toEqual([older, newest])
  await size(older, 10, '0.04')
  await size(newest, 0, '0.2')
  await scheduled(server.stack.services)
  expect(await series()).toEqual([])
  expect(await ask()).toEqual(right)
})

test('what is kept of a project that is gone goes', async () => {
  const { id, kept, series, cron } = await made()
  await run('delete from projects where id = $1', id)
  await cron()
  expect(await series()).toEqual([])
  expect(await kept()).toBe(0)
})

test('ranges that end now leave nothing behind that is not asked again', async () => {
  const { id } = await made()
  const project = `/api/projects/${id}/`
  const query = {
    kind: 'TrendsQuery',
    ...counts('seen', { math: 'dau' }),
    dateRange: { date_from: '-7d' },
    trendsFilter: { display: 'BoldNumber' },
  }
  const edges = `select count(*)::int4 as n from partials where project = $1
    and (extract(epoch from "from") % 900 > 0 or extract(epoch from "to") % 900 > 0)`
  for (let minute = 0; minute < 3; minute++) {
    const { status } = await server.call('POST', `${project}query/`, { query, refresh: 'force_blocking' })
    expect(status).toBe(200)
    server.ahead += 61_000
  }
  expect((await run(edges, id))[0]?.n).toBe(0)
})
