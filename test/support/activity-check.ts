/** Asks random queries of activity worlds over HTTP, and who the people behind their numbers are. */
import { expect, test } from 'vitest'
import { Random } from '../../local/demo/random.ts'
import { type ActivityWorld, activityWorld } from './activity-world.ts'
import { type Built, buildActivity } from './build-activity.ts'
import { isMany, QUERIES, replayed, seeds } from './seeds.ts'
import type { TestServer } from './server.ts'

const WORLDS = 20

/** A person by number, a group by its key. */
export type ActorName = string | number

/** A query and its answer, and what a failure needs to be understood. */
export interface Question<Q> {
  readonly random: Random
  readonly world: ActivityWorld
  readonly built: Built
  readonly query: Q
  readonly node: object
  // biome-ignore lint/suspicious/noExplicitAny: results of every kind
  readonly results: any
  readonly context: string
  /** The actors behind a point, in the order of their names, with columns that are selected beside them. */
  people(source: object): Promise<ActorName[]>
  people(source: object, column: string): Promise<[ActorName, unknown][]>
}

interface Kind<Q> {
  /** Told apart from the seeds of other kinds. */
  readonly stream: number
  readonly random: (random: Random, world: ActivityWorld) => Q
  readonly node: (query: Q, built: Built) => object
  readonly check: (question: Question<Q>) => Promise<void>
}

/** Few queries of one world, or 2,000 of 20 worlds. */
export function testWorlds<Q>(server: TestServer, { stream, random: next, node: toNode, check }: Kind<Q>): void {
  const numbers = seeds(1, WORLDS)
  test.each(isMany || replayed !== null ? numbers : numbers.slice(0, 1))(
    'world %i',
    async (seed) => {
      const random = new Random(seed + stream)
      const { world, built } = await buildActivity(server, activityWorld(random))
      for (let number = 0; number < QUERIES; number++) {
        const query = next(random, world)
        const node = toNode(query, built)
        const answer = await server.call('POST', `${built.project.path}query/`, {
          query: node,
          refresh: 'force_blocking',
        })
        const context = `SEED=${seed} query ${number}, ${world.timezone}: ${JSON.stringify(node)}\n${JSON.stringify(answer.body).slice(0, 1500)}`
        expect(answer.status, context).toBe(200)
        const results = answer.body.results
        const list = (source: object, columns: string[]) => listed(server, built, world, source, columns, context)
        await check({ random, world, built, query, node, results, context, people: peopleBy(list) })
      }
    },
    240_000,
  )
}

type Listed = [ActorName, ...unknown[]]

function peopleBy(list: (source: object, columns: string[]) => Promise<Listed[]>): Question<unknown>['people'] {
  async function people(source: object): Promise<ActorName[]>
  async function people(source: object, column: string): Promise<[ActorName, unknown][]>
  async function people(source: object, column?: string) {
    if (column === undefined) return (await list(source, [])).map(([name]) => name)
    return (await list(source, [column])).map(([name, value]) => [name, value])
  }
  return people
}

async function listed(
  server: TestServer,
  { project }: Built,
  world: ActivityWorld,
  source: object,
  columns: readonly string[],
  context: string,
): Promise<Listed[]> {
  const query = { kind: 'ActorsQuery', select: ['actor', ...columns], limit: 1000, source }
  const { status, body } = await server.call('POST', `${project.path}query/`, { refresh: 'force_blocking', query })
  const where = `${context}\n${JSON.stringify(source)}: ${JSON.stringify(body).slice(0, 600)}`
  expect(status, where).toBe(200)
  const rows = (body.results as [Actor, ...unknown[]][]).map(
    ([actor, ...values]): Listed => [nameOf(world, actor), ...values],
  )
  expect(new Set(rows.map(([name]) => name)).size, where).toBe(rows.length)
  return rows.sort(byName)
}

/** In the order of names. */
export const byName = ([a]: readonly [ActorName, ...unknown[]], [b]: readonly [ActorName, ...unknown[]]) =>
  String(a) < String(b) ? -1 : 1

interface Actor {
  readonly distinct_ids?: readonly string[]
  readonly group_key?: string
}

/** As the evaluators call them. */
function nameOf(world: ActivityWorld, { distinct_ids: ids, group_key: key }: Actor): ActorName {
  if (key !== undefined) return key
  return world.events.find(({ distinctId }) => distinctId === ids?.[0])?.person ?? -1
}
