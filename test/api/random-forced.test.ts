/**
 * Random queries under random forced filters give what they give when only the allowed rows are there, and hold nothing of the
 * others. SEED=n replays one world.
 */
import { describe, expect, test } from 'vitest'
import type { ViewerActor } from '../../lib/core/actor.ts'
import { ApiError } from '../../lib/core/errors.ts'
import type { ForcedFilters } from '../../lib/core/forced-filters.ts'
import type { Project } from '../../lib/core/project.ts'
import { buildQuery } from '../../lib/logical/index.ts'
import { ForcedFiltersSchema } from '../../lib/nodes/forced-filters.ts'
import { parseQuery } from '../../lib/nodes/index.ts'
import { planQuery } from '../../lib/plan/index.ts'
import { queryNames } from '../../lib/plan/references.ts'
import { checkForced, planForced } from '../../lib/plan/row-policy.ts'
import { refreshQuery } from '../../lib/refresh/answer.ts'
import { responseOf } from '../../lib/refresh/entry.ts'
import type { RefreshMode } from '../../lib/refresh/policy.ts'
import { prepareQuery } from '../../lib/refresh/prepare.ts'
import { resultTable } from '../../lib/render/csv.ts'
import { renderSvg } from '../../lib/render/svg.ts'
import type { KeyCtx, ProjectCtx } from '../../lib/resources/ctx.ts'
import { NOT_NARROWED } from '../../lib/resources/insights/narrowing.ts'
import { subscribedTo } from '../../lib/resources/insights/read.ts'
import { countedParameters, listCounted } from '../../lib/resources/persons/counted.ts'
import { resultsWithPeople } from '../../lib/resources/persons/links.ts'
import { presentAnswer } from '../../lib/resources/queries/present-query.ts'
import type { InsightRow } from '../../lib/store/insights.ts'
import { findProject } from '../../lib/store/projects.ts'
import type { Select } from '../../lib/tree/relation.ts'
import { Random } from '../../local/demo/random.ts'
import { buildActivity } from '../support/build-activity.ts'
import { ProjectRows, randomForced, tenantsWorld } from '../support/forced-world.ts'
import { forcedQuestion, isLoose } from '../support/random-forced.ts'
import { STEPS_NOW } from '../support/random-steps.ts'
import { isMany, replayed, seeds } from '../support/seeds.ts'
import { testServer } from '../support/server.ts'
import { counts, event, makeProject, THREE_DAYS } from '../support/world.ts'

const WORLDS = process.env.WORLDS ? Number(process.env.WORLDS) : 8
const QUESTIONS = isMany || replayed !== null ? 60 : 10
const FORCED = 2
/** Numbers of an answer whose people are listed. */
const LINKS = 3

const server = await testServer()
const { services: real } = server.stack
const services = { ...real, now: () => new Date(STEPS_NOW) }
/** Viewers are who is held to filters. */
const viewer = { kind: 'viewer' } as ViewerActor
const actor = { kind: 'key', scopes: ['*'], userId: 1, keyId: 'k' } as unknown as KeyCtx['actor']

const UNNAMED = {
  ...{ name: 'A', derived_name: null, description: null, last_refresh: null },
  ...{ timezone: null, resolved_date_range: null, query_status: null },
}

type Node = Readonly<Record<string, unknown>>

/** Everything that somebody sees of a query: its answer or its error, its table and its picture, and a page of people behind it. */
async function ask(project: Project, node: Node, forced: ForcedFilters, chosen: number) {
  const ctx = { services, project, actor } as KeyCtx
  const refused = (error: unknown) => {
    if (!(error instanceof ApiError) || error.status >= 500) throw error
    return { status: error.status, code: error.code, detail: error.detail, attr: error.attr }
  }
  try {
    const prepared = await prepareQuery(project, node, { now: services.now(), forced })
    const answer = await refreshQuery(services, project, prepared, { mode: 'force_blocking', maxAge: undefined })
    if (!answer.entry) throw new Error('no result')
    const response = responseOf(answer.entry)
    const linked = JSON.stringify(resultsWithPeople(project.id, answer.key, answer.entry))
    const links = [...new Set(linked.match(/\/persons\/insight\/[^"\\]+/g))]
    const people = []
    for (let n = 0; n < Math.min(LINKS, links.length); n++) {
      const [, key = '', search = ''] = links[(chosen + n * 7) % links.length]?.match(/insight\/(\w+)\/\?(.*)/) ?? []
      const parameters = countedParameters.parse(Object.fromEntries(new URLSearchParams(search)))
      people.push(await listCounted(ctx, { key, parameters, page: { limit: 100, offset: 0 } }).catch(refused))
    }
    return {
      key: answer.key,
      shown: {
        answer: presentAnswer({ project, actor: viewer }, answer),
        table: [...resultTable(response, String(node.kind))],
        picture: renderSvg({ ...UNNAMED, result: response, looks: node }, services.now()),
        linked,
        people,
      },
    }
  } catch (error) {
    return { key: '', shown: refused(error) }
  }
}

/** The same of both: keys of results, the instant of a link and the last digits of fractions aside. */
function comparable({ key, shown }: Awaited<ReturnType<typeof ask>>, node: Node): unknown {
  const text = JSON.stringify(shown, (_, value) =>
    typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(10)) : value,
  ).replaceAll(key || '-', 'KEY')
  const plain = JSON.parse(text)
  const results = plain.answer?.results
  // without an order, rows come as they come
  if (node.kind === 'HogQLQuery' && Array.isArray(results) && !/order by/i.test(String(node.query))) {
    plain.answer.results = results.map((row) => JSON.stringify(row)).sort()
    plain.linked = plain.table = plain.picture = null
  }
  return plain
}

// the other worlds are those of RANDOM=many
test.each(isMany ? seeds(1, WORLDS) : seeds(1, WORLDS).slice(0, 1))(
  'world %i',
  async (seed) => {
    const random = new Random(seed + 90_000)
    server.ahead = STEPS_NOW - Date.now()
    const { world, built } = await buildActivity(server, tenantsWorld(random))
    const id = built.project.id
    await server.settled()
    const rows = new ProjectRows(server, id)
    await rows.run('update cohorts set is_static = true where id = $1', [Number(built.cohorts[0])])
    if (random.chance(0.4)) await rows.mergeUnmoved()
    const project = (await findProject(services.db, id)) as Project
    for (let round = 0; round < FORCED; round++) {
      const forced = ForcedFiltersSchema.parse(randomForced(random)) as ForcedFilters
      const asked: { node: Node; chosen: number; seen: Awaited<ReturnType<typeof ask>>; context: string }[] = []
      for (let index = 0; index < QUESTIONS; index++) {
        const node = forcedQuestion(random, round * QUESTIONS + index, built)
        const chosen = random.between(0, 1_000)
        const context = `SEED=${seed} ${round}.${index} ${JSON.stringify(forced)}\n${JSON.stringify(node)}`
        try {
          asked.push({ node, chosen, context, seen: await ask(project, node, forced, chosen) })
        } catch (error) {
          throw new Error(`${context}\n${JSON.stringify((error as ApiError).cause ?? '')}`, { cause: error })
        }
      }
      await rows.without(forced, world.timezone, async (hidden) => {
        for (const { node, chosen, seen, context } of asked) {
          const own = await ask(project, node, [], chosen)
          const text = JSON.stringify(seen)
          expect(
            hidden.filter((mark) => text.includes(mark)),
            `${context}\n${text.slice(0, 3_000)}`,
          ).toEqual([])
          if (!isLoose(node)) expect(comparable(seen, node), context).toEqual(comparable(own, node))
        }
      })
    }
  },
  240_000,
)

const NORTH: ForcedFilters = [{ type: 'event', key: 'tenant', value: 'north' }]
const OF_PLAN: ForcedFilters = [{ type: 'person', key: 'plan', value: 'north' }]
const COUNT = { kind: 'TrendsQuery', ...counts('paid'), ...THREE_DAYS }

describe('a result of somebody who is held to some rows', async () => {
  const made = await makeProject(server)
  const paid = (id: string, tenant: string) =>
    event('paid', id, '2020-01-01T10:00:00Z', {
      properties: { tenant, $session_id: id, $groups: { org: id }, $set: { plan: tenant } },
    })
  await made.send([paid('a', 'north'), paid('b', 'south'), paid('c', 'south')])
  const project = (await findProject(real.db, made.id)) as Project
  const compute = async (forced: ForcedFilters, query: Node = COUNT, mode: RefreshMode = 'blocking') => {
    const prepared = await prepareQuery(project, query, { now: real.now(), forced })
    return refreshQuery(real, project, prepared, { mode, maxAge: undefined })
  }

  test('has a key of its own, and is not shown with its filters', async () => {
    const answers = [await compute([]), await compute(NORTH), await compute(OF_PLAN)]
    expect(new Set(answers.map(({ key }) => key)).size).toBe(3)
    const data = answers.map(({ entry }) => entry && JSON.parse(entry.results.text)[0].data[0])
    expect(data).toEqual([3, 1, 1])
    for (const answer of answers)
      expect(JSON.stringify(presentAnswer({ project, actor: viewer }, answer))).not.toContain('north')
    // what persons are may change without an event
    expect(answers.map(({ entry }) => entry?.basis === null)).toEqual([false, false, true])
  })

  test.each([
    ['select properties.plan from persons'],
    ['select distinct_id from person_distinct_ids'],
    ['select key from groups'],
    ['select distinct_id from sessions'],
    ['select count() from system.runs having count() > 0 union all select 1'],
  ])('sees what the events that are seen lead to: %s', async (query) => {
    const rows = async (forced: ForcedFilters) => {
      const { entry } = await compute(forced, { kind: 'HogQLQuery', query })
      return JSON.parse(entry?.results.text ?? '').length
    }
    const isOfRuns = query.includes('runs')
    expect([await rows(NORTH), await rows(OF_PLAN)]).toEqual([1, 1])
    expect(await rows([])).toBe(isOfRuns ? 2 : 3)
  })

  test('is computed in the background under the same filters, which no status shows', async () => {
    const { run } = await compute(NORTH, { ...COUNT, interval: 'week' }, 'force_async')
    await server.stack.qstash.idle()
    const { body } = await server.call('GET', `${made.path}query/${run?.id}/`)
    expect(body.query_status).toMatchObject({ complete: true, error: false })
    expect(body.query_status.results.results[0].count).toBe(1)
    expect(JSON.stringify(body)).not.toMatch(/north|forced|tenant/)
  })

  test('is told to no subscriber of the insight', () => {
    const link = (forced: ForcedFilters) =>
      ({ services: real, project, actor: { kind: 'link', token: '', insightId: 1, forced } }) as unknown as ProjectCtx
    const row = { subscribed: true } as InsightRow
    expect(subscribedTo(link([]), row, NOT_NARROWED)).toBe(true)
    expect(subscribedTo(link(NORTH), row, NOT_NARROWED)).toBeUndefined()
  })

  test('is refused without a word of the filters', async () => {
    const wrong: ForcedFilters = [{ type: 'event', key: 'tenant', operator: 'regex', value: '(north' }]
    const explained = { kind: 'HogQLQuery', query: 'select count() from events', explain: true }
    for (const refused of [compute(wrong), compute(NORTH, explained)]) {
      const error = await refused.catch((thrown) => thrown)
      expect(error).toMatchObject({ status: 400 })
      expect(JSON.stringify([error.detail, error.attr])).not.toMatch(/north|tenant/)
    }
    expect(() => checkForced(wrong, project, real.now())).toThrow(
      expect.objectContaining({ attr: 'filters__0__value' }),
    )
  })

  test('is read by an index alone if the filter is by a hot property', async () => {
    const forced: ForcedFilters = [{ type: 'event', key: '$browser', value: 'north' }]
    const scope = { project, now: real.now() }
    const node = parseQuery(COUNT)
    const loaded = await real.engine.context(project, queryNames(node, project, real.now()), { timeoutMs: 10_000 })
    const rows = planForced(forced, { ...scope, context: loaded.plan })
    const [query] = buildQuery(planQuery(node, { ...scope, context: loaded.plan }))
    const statement = real.engine.compile(query as Select, { ...loaded.engine, ...(rows ? { rows } : {}) })
    // no row of the table itself is needed: the JSON stays where it is
    expect(statement.text).not.toContain('"properties"')
    expect(statement.text).toContain('"slot_0"')
  })
})
