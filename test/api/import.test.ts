import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { KEY } from '../../local/credentials.ts'
import { type ImportOptions, PARTS, runImport } from '../../local/import/run.ts'
import { type PosthogServer, startPosthogServer } from '../support/posthog-server.ts'
import { testServer } from '../support/server.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { event, makeProject, type TestProject } from '../support/world.ts'

const server = await testServer()
let old: TestProject
let source: PosthogServer
let folder: string

const range = { date_from: '2020-01-01', date_to: '2020-01-03' }
const trends = (series: object, more: object = {}) => ({
  kind: 'InsightVizNode',
  source: { kind: 'TrendsQuery', series: [series], dateRange: range, ...more },
})
const seen = { kind: 'EventsNode', event: 'seen' }
const cohort = (id: number) => ({ key: 'id', type: 'cohort', value: id, operator: 'in' })
const insight = (id: number, name: string, query: object | null, more: object = {}) => ({
  id,
  short_id: `s${id}`,
  name,
  query,
  filters: {},
  saved: true,
  deleted: false,
  tags: ['old'],
  ...more,
})

const ofAction = insight(501, 'By action', trends({ kind: 'ActionsNode', id: 71, name: 'Paid' }))
const ofCohort = insight(502, 'Of a cohort', trends(seen, { properties: [cohort(92)] }))
const onDashboard = insight(503, 'Only on the dashboard', trends(seen), { saved: false })
const ofVariable = insight(504, 'With a variable', {
  kind: 'DataVisualizationNode',
  source: {
    kind: 'HogQLQuery',
    query: 'select count() from events where event = {variables.name}',
    variables: {
      '0190e0a1-0000-7000-8000-000000000001': { variableId: '0190e0a1-0000-7000-8000-000000000001', code_name: 'name' },
    },
  },
})
const legacy = insight(505, 'Legacy', null, {
  filters: { insight: 'TRENDS', actions: [{ id: 71, type: 'actions', math: 'dau' }], ...range },
})

/** What PostHog has, in its shapes and with its own ids. */
const ANSWERS = {
  '': {
    id: 4711,
    timezone: 'Europe/Berlin',
    week_start_day: 1,
    test_account_filters: [cohort(91)],
    path_cleaning_filters: [],
  },
  'actions/': [
    { id: 70, name: 'Gone', steps: [], deleted: true },
    { id: 71, name: 'Paid', steps: [{ event: 'paid' }], deleted: false },
    {
      id: 72,
      name: 'No step can be read',
      steps: [{ event: 'x', properties: [{ key: 'a', type: 'nonsense', value: 1 }] }],
    },
  ],
  'cohorts/': [
    { id: 92, name: 'Both', filters: { properties: { type: 'AND', values: [{ type: 'AND', values: [cohort(91)] }] } } },
    { id: 91, name: 'Static', is_static: true, filters: null },
    {
      id: 93,
      name: 'Of a missing one',
      filters: { properties: { type: 'AND', values: [{ type: 'AND', values: [cohort(90)] }] } },
    },
  ],
  'cohorts/91/persons/': ['a', 'b, "quoted"', 'nobody'].map((id) => ({ distinct_ids: [id, `${id}-other`] })),
  'insight_variables/': [
    {
      id: '0190e0a1-0000-7000-8000-000000000001',
      name: 'Name',
      code_name: 'name',
      type: 'String',
      default_value: 'seen',
    },
  ],
  'dashboards/': [{ id: 5, name: 'Main' }],
  'dashboards/5/': {
    id: 5,
    name: 'Main',
    description: 'All of it',
    tags: [],
    filters: { date_from: '2020-01-01', date_to: '2020-01-02' },
    tiles: [
      { id: 1, insight: onDashboard, layouts: { sm: { x: 0, y: 0, w: 6, h: 5 } }, color: 'blue' },
      { id: 2, insight: ofAction, layouts: { sm: { x: 6, y: 0, w: 6, h: 5 } }, color: null },
      { id: 3, text: { body: 'Read *this*' }, layouts: { sm: { x: 0, y: 5, w: 12, h: 1 } } },
      { id: 4, insight: null, button_tile: { url: 'https://example.com' } },
    ],
  },
  'insights/': [
    ofAction,
    ofCohort,
    ofVariable,
    legacy,
    insight(506, 'Of a missing action', trends({ kind: 'ActionsNode', id: 99 })),
    insight(507, 'A cohort by number', { kind: 'HogQLQuery', query: 'select 1 from persons where id in cohort 91' }),
    insight(508, 'Deleted', trends(seen), { deleted: true }),
    insight(509, 'Of another world', { kind: 'WebOverviewQuery', properties: [] }),
  ],
}

beforeAll(async () => {
  folder = (await temporaryFolder()).folder
  old = await makeProject(server)
  await old.send([
    ...Array.from({ length: 4_100 }, (_, n) => event('seen', `p${n % 50}`, '2020-01-02T10:00:00.123456Z')),
    event('seen', 'a', '2020-01-01T10:00:00Z', { properties: { $set: { plan: 'pro' } } }),
    event('seen', 'visitor-1', '2020-01-01T11:00:00Z'),
    event('$identify', 'a', '2020-01-01T11:01:00Z', { properties: { $anon_distinct_id: 'visitor-1' } }),
    event('seen', 'b, "quoted"', '2020-01-03T11:00:00Z'),
    event('paid', 'a', '2020-01-03T12:00:00Z'),
    event('seen', 'later', '2021-06-01T12:00:00Z'),
  ])
})
beforeEach(async () => {
  source = await startPosthogServer({ answers: ANSWERS, upstream: { url: server.url, path: old.path, key: KEY } })
})
afterEach(() => source.close())

let runs = 0
const options = (to: TestProject, more: Partial<ImportOptions> = {}): ImportOptions => ({
  from: { host: source.url, key: 'phx_source', project: '4711', retryDelayMs: 5 },
  to: { host: server.url, key: KEY, project: String(to.id), retryDelayMs: 5 },
  parts: PARTS,
  range: {},
  stateFile: join(folder, `${++runs}.json`),
  reportFile: join(folder, `${runs}.md`),
  log: () => {},
  ...more,
})

const list = async (to: TestProject, path: string) => (await server.call('GET', `${to.path}${path}`)).body.results
// biome-ignore lint/suspicious/noExplicitAny: items of every shape
const named = async (to: TestProject, path: string, name: string): Promise<any> =>
  (await list(to, path)).find((item: { name: string }) => item.name === name)
const dataOf = async (to: TestProject, name: string) => {
  const { id } = await named(to, 'insights/', name)
  return (await server.call('GET', `${to.path}insights/${id}/?refresh=blocking`)).body.result
}

test('everything comes over, with the ids and numbers of here, and the report says what did not', async () => {
  const to = await makeProject(server)
  const report = await runImport(options(to))
  expect(Object.fromEntries(report.taken)).toEqual({
    'events of the API': 4_106,
    actions: 1,
    cohorts: 2,
    'settings of the project': 1,
    'insight variables': 1,
    dashboards: 1,
    insights: 6,
  })
  const project = (await server.call('GET', to.path)).body
  expect(project).toMatchObject({ timezone: 'Europe/Berlin', week_start_day: 1 })
  const fixed = await named(to, 'cohorts/', 'Static')
  expect(project.test_account_filters).toMatchObject([{ value: fixed.id }])
  expect(fixed.count).toBe(2)

  const counts = { series: [seen], dateRange: { date_from: '2020-01-01', date_to: '2021-12-31' }, interval: 'month' }
  const both = [counts, { ...counts, series: [{ ...seen, math: 'dau' }] }]
  for (const query of both) expect(await to.trend(query)).toEqual(await old.trend(query))
  expect((await dataOf(to, 'By action'))[0].data).toEqual([0, 0, 1])
  expect((await dataOf(to, 'Of a cohort'))[0].data).toEqual([2, 0, 1])
  expect((await dataOf(to, 'Legacy'))[0].data).toEqual([0, 0, 1])
  expect(await dataOf(to, 'With a variable')).toEqual([[4_104]])

  const { id } = await named(to, 'dashboards/', 'Main')
  const dashboard = (await server.call('GET', `${to.path}dashboards/${id}/`)).body
  expect(dashboard).toMatchObject({ description: 'All of it', filters: { date_to: '2020-01-02' } })
  expect(
    dashboard.tiles
      .map((tile: { insight?: { name: string }; text?: { body: string } }) => tile.insight?.name ?? tile.text?.body)
      .sort(),
  ).toEqual(['By action', 'Only on the dashboard', 'Read *this*'])
  expect(dashboard.tiles).toContainEqual(
    expect.objectContaining({ color: 'blue', layouts: { sm: { x: 0, y: 0, w: 6, h: 5 } } }),
  )

  const left = report.left.map(({ what, name, why }) => `${what} ${name}: ${why}`)
  expect(left).toEqual([
    expect.stringMatching(/^action No step can be read: POST .*actions\/: 400 /),
    'cohort Of a missing one: it uses cohort 90, which was not taken',
    'insight Of a missing action: it uses action 99, which was not taken',
    expect.stringMatching(/^insight A cohort by number: its HogQL names a cohort/),
    'tile Main: it is neither an insight nor a text',
    expect.stringMatching(/^result of insight .*WebOverviewQuery/),
  ])
  expect(report.notes).toEqual([expect.stringContaining('2 of its 3 people are here')])
  const text = await readFile(join(folder, `${runs}.md`), 'utf8')
  for (const { name } of report.left) expect(text).toContain(name)
})

test('limits and failures that pass are waited for, and the key goes to no other host', async () => {
  const to = await makeProject(server)
  source.fail('POST query/', 429, 2, { 'Retry-After': '0' })
  source.fail('GET insights/', 502, 2)
  source.fail('GET dashboards/5/', 500)
  const report = await runImport(options(to))
  expect(report.taken.get('insights')).toBe(6)
  expect(report.taken.get('events of the API')).toBe(4_106)
  expect(source.asked.filter((asked) => asked === 'GET insights/').length).toBe(2 + 4)
})

test('a run that ends is gone on with, and makes nothing twice', async () => {
  const to = await makeProject(server)
  const between = await startPosthogServer({ upstream: { url: server.url, path: to.path, key: KEY } })
  const again = options(to)
  const through = { ...again, to: { ...again.to, host: between.url } }
  // in the middle of the events, then of the insights, where the answer is lost and nobody knows whether it was made
  source.fail('POST query/', 401, 1)
  await expect(runImport(through)).rejects.toThrow('POST /api/projects/4711/query/: 401 planned')
  between.fail('POST insights/', 'lost')
  await expect(runImport(through)).rejects.toThrow('POST')
  const report = await runImport(through)
  expect(report.taken.get('insights')).toBe(6)
  const names = (await list(to, 'insights/?limit=100')).map(({ name }: { name: string }) => name)
  expect(names.length).toBe(6)
  expect(new Set(names).size).toBe(6)
  expect((await list(to, 'actions/')).length).toBe(1)
  const { id } = await named(to, 'dashboards/', 'Main')
  expect((await server.call('GET', `${to.path}dashboards/${id}/`)).body.tiles.length).toBe(3)
  expect((await to.trend({ series: [seen], dateRange: range }))[0]).toEqual([2, 4_100, 1])

  const asked = between.asked.length
  await expect(runImport(again)).rejects.toThrow('give another --state')
  expect(between.asked.length).toBe(asked)
  await between.close()
})

test('files of a batch export are read from where the last run ended', async () => {
  const to = await makeProject(server)
  const lines = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, n) =>
      JSON.stringify({
        uuid: `0190e0a1-0000-7000-8000-${String(from + n).padStart(12, '0')}`,
        event: 'seen',
        distinct_id: `p${n % 7}`,
        timestamp: '2020-01-02 10:00:00.250000',
        created_at: '2020-01-02 10:00:05',
        properties: n % 2 ? { n } : JSON.stringify({ n }),
        person_properties: {},
        elements_chain: 'a:text="Buy"',
      }),
    ).join('\n')
  const exported = (await temporaryFolder()).folder
  await writeFile(join(exported, '1.jsonl.gz'), gzipSync(lines(0, 1_500)))
  await writeFile(join(exported, '2.jsonl.br'), brotliCompressSync(`${lines(1_500, 1_510)}\nno json\n{"event":"x"}\n`))
  await writeFile(join(exported, '3.parquet'), 'PAR1')
  const only = options(to, { parts: ['events'], files: exported })
  const { taken, left } = await runImport(only)
  expect(taken.get('lines of files of events')).toBe(1_512)
  expect(left.map(({ what }) => what)).toEqual(['event', 'event', 'file'])
  expect((await to.trend({ series: [seen], dateRange: range }))[0]).toEqual([0, 1_510, 0])
  const texts = { ...seen, properties: [{ type: 'element', key: 'text', value: 'Buy', operator: 'exact' }] }
  expect((await to.trend({ series: [texts], dateRange: range }))[0]).toEqual([0, 1_510, 0])

  await writeFile(join(exported, '4.jsonl'), lines(1_510, 1_520))
  await runImport(only)
  expect((await to.trend({ series: [seen], dateRange: range }))[0]).toEqual([0, 1_520, 0])
  // a file that ends in the middle is an error, not less events
  await writeFile(join(exported, '5.jsonl.gz'), gzipSync(lines(2_000, 3_000)).subarray(0, 2_000))
  await expect(runImport(only)).rejects.toThrow()
})

test('the command says what is missing, goes on, and shows no key', async () => {
  const to = await makeProject(server)
  const run = promisify(execFile)
  const command = (...parameters: string[]) =>
    run(process.execPath, [join(process.cwd(), 'local/import.ts'), ...parameters], { cwd: folder })
  await expect(command()).rejects.toThrow('Both hosts and both keys are needed.')
  const done = await command(
    ...['--from', source.url, '--key', 'phx_source_secret', '--from-project', '4711'],
    ...['--to', server.url, '--to-key', KEY, '--to-project', String(to.id), '--only', 'actions,dashboards'],
  )
  expect(done.stdout).toContain('1 actions')
  const written = await Promise.all(
    ['json', 'md'].map((end) => readFile(join(folder, `edgehog-import.${end}`), 'utf8')),
  )
  for (const text of [done.stdout, ...written]) expect(text).not.toMatch(/phx_/)
})
