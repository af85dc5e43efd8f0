/**
 * Random queries under random forced filters give what they give when only the allowed rows are there, and hold nothing of the
 * others. SEED=n replays one world.
 */
import { expect, test } from 'vitest'
import { ApiError } from '../../lib/core/errors.ts'
import type { ForcedFilters } from '../../lib/core/forced-filters.ts'
import type { Project } from '../../lib/core/project.ts'
import { ForcedFiltersSchema } from '../../lib/nodes/forced-filters.ts'
import { refreshQuery } from '../../lib/refresh/answer.ts'
import { responseOf } from '../../lib/refresh/entry.ts'
import { prepareQuery } from '../../lib/refresh/prepare.ts'
import { resultTable } from '../../lib/render/csv.ts'
import type { KeyCtx } from '../../lib/resources/ctx.ts'
import { countedParameters, listCounted } from '../../lib/resources/persons/counted.ts'
import { resultsWithPeople } from '../../lib/resources/persons/links.ts'
import { presentAnswer } from '../../lib/resources/queries/present-query.ts'
import { findProject } from '../../lib/store/projects.ts'
import { Random } from '../../local/demo/random.ts'
import { buildActivity } from '../support/build-activity.ts'
import { ProjectRows, randomForced, tenantsWorld } from '../support/forced-world.ts'
import { forcedQuestion, isLoose } from '../support/random-forced.ts'
import { STEPS_NOW } from '../support/random-steps.ts'
import { isMany, replayed, seeds } from '../support/seeds.ts'
import { testServer } from '../support/server.ts'

const WORLDS = process.env.WORLDS ? Number(process.env.WORLDS) : 20
const QUESTIONS = isMany || replayed !== null ? 60 : 14
const FORCED = 2
/** Numbers of an answer whose people are listed. */
const LINKS = 3

const server = await testServer()
const { services: real } = server.stack
const services = { ...real, now: () => new Date(STEPS_NOW) }
const actor = { kind: 'key', scopes: ['*'], userId: 1, keyId: 'k' } as unknown as KeyCtx['actor']

type Node = Readonly<Record<string, unknown>>

/** Everything that somebody sees of a query: its answer or its error, the table of it, and a page of people behind it. */
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
        answer: presentAnswer(project.id, answer),
        table: [...resultTable(response, String(node.kind))],
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
    plain.linked = plain.table = null
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
