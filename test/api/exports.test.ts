import { readdir, readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import type { KeyCtx } from '../../lib/resources/ctx.ts'
import { exportQuery } from '../../lib/resources/queries/export.ts'
import { testServer } from '../support/server.ts'
import { event, makeProject, type TestProject } from '../support/world.ts'

const server = await testServer()
const NO_KEY = { Authorization: '' }

const sql = (query: string) => ({ kind: 'HogQLQuery', query })
const ask = (project: TestProject, query: object, more: object = {}, parameters = '', headers = {}) =>
  server.call('POST', `${project.path}query/${parameters}`, { query, ...more }, headers)
const MANY =
  'select a.number + 300 * b.number as n, toString(n) as text from numbers(300) as a cross join numbers(200) as b order by n'
async function left(): Promise<number> {
  await server.settled()
  const [rows] = await server.stack.services.engine.run(
    [{ text: 'select count(*) as n from export_rows', params: [] }],
    {
      timeoutMs: 10_000,
    },
  )
  return Number(rows?.[0]?.n)
}

test('a file has all rows of a query, in their order, and nothing of it stays', async () => {
  const project = await makeProject(server)
  const { status, headers, body } = await ask(project, sql(MANY), {}, '?format=csv')
  expect([status, headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8'])
  const lines = body.split('\r\n')
  expect(lines).toHaveLength(60_002)
  expect(lines.slice(0, 3)).toEqual(['n,text', '0,0', '1,1'])
  expect(lines.slice(1, -1).every((line: string, index: number) => line === `${index},${index}`)).toBe(true)
  await expect.poll(left).toBe(0)
})

test('the ways to ask for a file', async () => {
  const project = await makeProject(server)
  const query = sql("select 1 as n, 'x' as n, null as nothing, [1, 2] as list, toDateTime('2020-01-01 00:00:00') as at")
  const line = '{"n":1,"n 2":"x","nothing":null,"list":[1,2],"at":"2020-01-01T00:00:00Z"}\n'
  const csv = 'n,n,nothing,list,at\r\n1,x,,"[1,2]",2020-01-01T00:00:00Z\r\n'
  const body = async (...asked: Parameters<typeof ask>) => JSON.stringify((await ask(...asked)).body)
  // one line of JSON lines is JSON
  const asJson = JSON.stringify(JSON.parse(line))
  expect(await body(project, query, {}, '?format=jsonl')).toBe(asJson)
  expect(await body(project, query, { format: 'jsonl' })).toBe(asJson)
  expect(await body(project, query, {}, '', { Accept: 'application/x-ndjson' })).toBe(asJson)
  for (const asked of [
    [project, query, { format: 'csv' }],
    [project, query, {}, '', { Accept: 'text/csv, */*;q=0.1' }],
    [project, { kind: 'DataTableNode', source: query }, {}, '?format=csv'],
  ] as Parameters<typeof ask>[])
    expect((await ask(...asked)).body, JSON.stringify(asked.slice(1))).toBe(csv)
  const made = await server.call('POST', `${project.path}insights/`, {
    name: 'all',
    query: { kind: 'DataVisualizationNode', source: query },
  })
  const read = await server.call('GET', `${project.path}insights/${made.body.id}/?format=csv`)
  expect(read.body).toBe(csv)
  expect(read.headers.get('content-disposition')).toContain('all.csv')
  expect((await server.call('GET', `${project.path}insights/${made.body.id}/?format=jsonl`)).body).toEqual(
    JSON.parse(line),
  )
})

test('events, and as many rows as a query says', async () => {
  const project = await makeProject(server)
  await project.send(
    Array.from({ length: 250 }, (_, index) =>
      event('seen', 'a', `2020-01-01T00:00:00.${String(index).padStart(3, '0')}Z`, { properties: { index } }),
    ),
  )
  const events = { kind: 'EventsQuery', select: ['properties.index', '*'], after: 'all', orderBy: ['timestamp'] }
  const lines = (await ask(project, events, {}, '?format=jsonl')).body
    .trim()
    .split('\n')
    .map((line: string) => JSON.parse(line))
  expect(lines).toHaveLength(250)
  expect(lines[249]).toMatchObject({ 'properties.index': 249, '*': { event: 'seen', properties: { index: 249 } } })
  const some = await ask(project, { ...events, select: ['event'], limit: 120 }, {}, '?format=csv')
  expect(some.body.split('\r\n')).toHaveLength(122)
  const limited = await ask(project, sql('select event from events limit 7'), {}, '?format=csv')
  expect(limited.body.split('\r\n')).toHaveLength(9)
})

test('viewers of a link get the rows that the insight shows', async () => {
  const project = await makeProject(server)
  const made = await server.call('POST', `${project.path}insights/`, {
    query: sql('select number as n from numbers(150) order by n'),
  })
  const path = `${project.path}insights/${made.body.id}/`
  expect((await server.call('GET', `${path}?format=csv`)).body.split('\r\n')).toHaveLength(152)
  const { body: link } = await server.call('PATCH', `${path}sharing`, { enabled: true })
  const asViewer = (format: string) =>
    server.call(
      'GET',
      `${path}?format=${format}&refresh=blocking&sharing_access_token=${link.access_token}`,
      undefined,
      NO_KEY,
    )
  expect((await asViewer('csv')).body.split('\r\n')).toHaveLength(102)
  expect(await asViewer('jsonl')).toMatchObject({ status: 400, body: { attr: 'format' } })
})

test('what cannot be exported is an error and no file', async () => {
  const project = await makeProject(server)
  const trend = { kind: 'TrendsQuery', series: [{ kind: 'EventsNode', event: 'x' }] }
  expect(await ask(project, trend, {}, '?format=jsonl')).toMatchObject({ status: 400, body: { attr: 'format' } })
  expect((await ask(project, trend, {}, '?format=xml')).status).toBe(404)
  expect((await ask(project, sql('select nothing from events'), {}, '?format=csv')).status).toBe(400)
  expect((await server.call('GET', `${project.path}cohorts/?format=jsonl`)).status).toBe(404)
})

test('more than a million rows are a 400 that names the limit, and none of them is written', async () => {
  const project = await makeProject(server)
  const many = sql('select 1 as n from numbers(1001) as a cross join numbers(1000) as b')
  const { status, body } = await ask(project, many, {}, '?format=jsonl')
  expect([status, body.code, body.detail]).toEqual([400, 'result_too_large', 'A file has 1000000 rows at most.'])
  expect(await left()).toBe(0)
})

test('no function that writes stands in a query', async () => {
  const { engine } = server.stack.services
  const writers = `select proname from pg_proc where provolatile = 'v' and pronamespace = 'public'::regnamespace`
  const [found = []] = await engine.run([{ text: writers, params: [] }], { timeoutMs: 10_000 })
  const names = found.map(({ proname }) => String(proname))
  expect(names).toEqual(expect.arrayContaining(['capture', 'create_ids', 'delete_person']))
  const folder = new URL('../../lib/engines/postgres/', import.meta.url)
  // what a hook says has changed is no query
  const files = (await readdir(folder, { recursive: true })).filter(
    (name) => name.endsWith('.ts') && name !== 'changed-days.ts',
  )
  const texts = await Promise.all(files.map((name) => readFile(new URL(name, folder), 'utf8')))
  expect(names.filter((name) => texts.some((text) => new RegExp(`\\b${name}\\(`).test(text)))).toEqual([])
})

test('a page that cannot be read breaks the file off; a reader that goes away leaves nothing', async () => {
  const project = await makeProject(server)
  const ctx = {
    services: server.stack.services,
    project: await projectOf(project),
    actor: { kind: 'system' },
  } as unknown as KeyCtx
  const broken = await exportQuery(ctx, sql(MANY))
  expect((await broken?.pages.next())?.value.length).toBe(10_000)
  server.stack.neon.faults.plan(1, { status: 400 }, 1, (body) => body.includes('export_page'))
  await expect(broken?.pages.next()).rejects.toThrow()
  await expect.poll(left).toBe(0)
  const leaves = await exportQuery(ctx, sql(MANY))
  await leaves?.pages.next()
  await leaves?.pages.return(undefined)
  await expect.poll(left).toBe(0)
})

async function projectOf({ id }: TestProject) {
  const { findProject } = await import('../../lib/store/projects.ts')
  return findProject(server.stack.services.db, id)
}
