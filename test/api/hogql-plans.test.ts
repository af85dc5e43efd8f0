/** How SQL is carried out: what is asked about it, and that no more is read than the text needs. */
import { beforeAll, expect, test } from 'vitest'
import type { Project } from '../../lib/core/project.ts'
import { explaining, planInWords } from '../../lib/engines/postgres/explain.ts'
import { buildQuery } from '../../lib/logical/index.ts'
import { parseQuery } from '../../lib/nodes/index.ts'
import { planQuery } from '../../lib/plan/index.ts'
import { queryNames } from '../../lib/plan/references.ts'
import { findProject } from '../../lib/store/projects.ts'
import { testServer } from '../support/server.ts'
import { event, makeProject } from '../support/world.ts'

const server = await testServer()
const project = await makeProject(server)
const ask = (query: string, more: object = {}) =>
  server.call('POST', `${project.path}query/`, {
    query: { kind: 'HogQLQuery', query, ...more },
    refresh: 'force_blocking',
  })

/** The plan where an index is taken if one can be: that the table is small says nothing. */
async function plan(query: string): Promise<string> {
  const { engine, db } = server.stack.services
  const stored = (await findProject(db, project.id)) as Project
  const node = parseQuery({ kind: 'HogQLQuery', query })
  const now = new Date('2020-02-01T00:00:00Z')
  const options = { timeoutMs: 10_000 }
  const loaded = await engine.context(stored, queryNames(node, stored, now), options)
  const queries = buildQuery(planQuery(node, { project: stored, context: loaded.plan, now }))
  const off = ['seqscan', 'bitmapscan', 'hashagg', 'sort'].map((way) => `set_config('enable_${way}', 'off', true)`)
  const forced = `select ${off.join(', ')}`
  const statements = queries.map((each) => explaining(engine.compile(each, loaded.engine)))
  const [, ...plans] = await engine.run([{ text: forced, params: [] }, ...statements], options)
  return plans.flatMap(planInWords).join('\n')
}

beforeAll(async () => {
  for (let batch = 0; batch < 6; batch++)
    await project.send(
      Array.from({ length: 500 }, (_, n) =>
        event(n % 10 ? 'seen' : 'paid', `p${n % 50}`, new Date(Date.UTC(2020, 0, 1 + batch, 0, n)).toISOString(), {
          properties: { $browser: `b${n % 4}`, price: n, note: 'secret'.repeat(50), $session_id: `s${n % 90}` },
        }),
      ),
    )
  await server.stack.services.engine.run([{ text: 'analyze events', params: [] }], { timeoutMs: 10_000 })
})

test('a plan in words: what is read, and about how many rows', async () => {
  const { status, body } = await ask("select count() from events where event = 'seen' and properties.note = 'mine'", {
    explain: true,
  })
  expect([status, body.results]).toEqual([200, [[0]]])
  expect(body.explain.join('\n')).toMatch(/events/)
  expect(body.explain.join('\n')).toMatch(/about \d+ rows/)
  expect(JSON.stringify(body.explain)).not.toMatch(/mine|secret|\$\d/)
  expect((await ask('select 1')).body.explain).toBeUndefined()
})

const ALONE = /events from the index \w+ alone/
test.each([
  "select count() from events where event = 'seen'",
  "select properties.$browser, count() from events where event = 'seen' group by properties.$browser",
  "select uniq(person_id) from events where event = 'paid' and timestamp > '2020-01-02'",
  "select toStartOfDay(timestamp) as day, count() from events where event = 'paid' group by day order by day",
  "select count() from events where event = 'seen' and properties.$browser = 'b1'",
  'select session_id, $session_duration, $pageview_count from sessions order by $session_duration desc limit 5',
])('no row is touched: %s', async (query) => {
  const steps = await plan(query)
  expect(steps).toMatch(ALONE)
  expect(steps).not.toMatch(/all of events|rows of events/)
})

test('what an event leads to is joined where it is read, and nowhere else', async () => {
  expect(await plan("select count() from events where event = 'seen'")).not.toMatch(
    /persons|groups|person_distinct_ids|join/,
  )
  expect(await plan("select person.properties.email from events where event = 'paid'")).toMatch(/join \(left\)/)
})
