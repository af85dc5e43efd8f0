/** Paths over more than usual: answered in time, or refused with an error that says why. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startServer, type TestServer } from '../support/server.ts'
import { event, makeProject, type TestProject } from '../support/world.ts'

const MANY = 100_000
const TIMEOUT_MS = 120_000

let server: TestServer
/** One actor with all events, 20 seconds apart, in one way; 97 addresses. */
let busy: TestProject
/** 5,000 actors, each with 20 events; each event has an address of its own. */
let wide: TestProject

beforeAll(async () => {
  server = await startServer()
  const own = '(select max(person) from distinct_ids where project = $1)'
  busy = await projectOf(`${own} + 0 * i`, `'/' || i % 97`)
  wide = await projectOf('1000000 + i / 20', `'/user/' || i || '/'`)
}, TIMEOUT_MS)
afterAll(() => server.close())

async function projectOf(person: string, url: string): Promise<TestProject> {
  const project = await makeProject(server, { timezone: 'UTC' })
  await project.send([event('$pageview', 'busy', '2024-01-01T00:00:00Z')])
  const text = `insert into events (ts, project, person, distinct_id, event, slot_6, uuid, properties)
    select '2024-03-01T00:00:00Z'::timestamptz + i * interval '20 seconds', $1::int4, ${person}, 1,
           (select id from dictionary where project = $1 and key = '$event' and value = '$pageview'), 0, gen_random_uuid(),
           jsonb_build_object('$current_url', ${url})
      from generate_series(0, $2::int4 - 1) i`
  const uncoded = 'update property_slots set uncoded = true where project = $1 and slot = 6'
  const { engine } = server.stack.services
  await engine.run([{ text, params: [project.id, MANY] }], { timeoutMs: TIMEOUT_MS })
  await engine.run([{ text: uncoded, params: [project.id] }], { timeoutMs: TIMEOUT_MS })
  return project
}

async function ask(project: TestProject, pathsFilter: object) {
  const query = {
    kind: 'PathsQuery',
    pathsFilter: { includeEventTypes: ['$pageview'], ...pathsFilter },
    dateRange: { date_from: '2024-03-01', date_to: '2024-03-25' },
  }
  const { status, body } = await server.call('POST', `${project.path}query/`, { query, refresh: 'force_blocking' })
  expect(status, JSON.stringify(body)).toBe(200)
  return body.results as { source: string; target: string; value: number }[]
}

test(
  'an actor with 100,000 events',
  async () => {
    expect(await ask(busy, { stepLimit: 20 })).toHaveLength(19)
    expect(await ask(busy, { startPoint: '/3', endPoint: '/90', stepLimit: 20 })).toHaveLength(20)
    expect(await ask(busy, { endPoint: '/96', stepLimit: 50 })).toHaveLength(49)
  },
  TIMEOUT_MS,
)

test(
  '100,000 items in ways of 20 steps, cleaned by twenty rules',
  async () => {
    // all edges weigh 1, and those from position 10 are the first of them: nothing leads there
    expect(await ask(wide, { stepLimit: 20 })).toEqual([])
    expect(await ask(wide, { stepLimit: 2, edgeLimit: 5_000 })).toHaveLength(5_000)
    const rules = Array.from({ length: 20 }, (_, index) => ({
      regex: `(?:^/user|x+)/[0-9]*${index}$`,
      alias: `/x/${index}`,
    }))
    const cleaned = await ask(wide, { stepLimit: 2, localPathCleaningFilters: rules, pathGroupings: ['/y*/z'] })
    expect(cleaned).toMatchObject([{ source: '1_/x/0', target: '2_/x/1', value: 5_000 }])
  },
  TIMEOUT_MS,
)
