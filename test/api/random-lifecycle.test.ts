/** Random worlds and LifecycleQuery nodes against the brute-force evaluator. SEED=n replays one world. */
import { expect } from 'vitest'
import { type Question, testWorlds } from '../support/activity-check.ts'
import { evaluateLifecycle, type LifecycleQuery, livingActors, STATUSES } from '../support/lifecycle-evaluator.ts'
import { lifecycleNode, randomLifecycle } from '../support/random-lifecycle.ts'
import { testServer } from '../support/server.ts'

const server = await testServer()

testWorlds(server, { stream: 30_000, random: randomLifecycle, node: lifecycleNode, check })

interface Item {
  readonly status: string
  readonly data: readonly number[]
  readonly count: number
  readonly days: readonly string[]
}

async function check(question: Question<LifecycleQuery>): Promise<void> {
  const { random, world, query, results, context } = question
  const expected = evaluateLifecycle(world, query)
  expect(
    (results as readonly Item[]).map(({ status, data }) => ({ status, data: data.map((value) => value + 0) })),
    context,
  ).toEqual(expected)
  for (const { count, data } of results as readonly Item[])
    expect(count, context).toBe(data.reduce((sum, value) => sum + value, 0))
  if (random.chance(0.4)) await checkPeople(question)
}

/** The people of an interval and a status at random. */
async function checkPeople({ random, world, query, node, results, context, people }: Question<LifecycleQuery>) {
  const [item] = results as readonly Item[]
  const at = random.between(0, item?.days.length ?? 0)
  const status = STATUSES[random.between(0, STATUSES.length)] ?? 'new'
  const source = { kind: 'InsightActorsQuery', source: node, day: item?.days[at], status }
  const where = `${context}\n${item?.days[at]} ${status}`
  expect(await people(source), where).toEqual(livingActors(world, query, at, status).sort())
}
