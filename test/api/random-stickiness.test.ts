/** Random worlds and StickinessQuery nodes against the brute-force evaluator. SEED=n replays one world. */
import { expect } from 'vitest'
import { type Question, testWorlds } from '../support/activity-check.ts'
import { randomStickiness, stickinessNode } from '../support/random-stickiness.ts'
import { testServer } from '../support/server.ts'
import { evaluateStickiness, type StickinessQuery, stickyActors } from '../support/stickiness-evaluator.ts'

const server = await testServer()

testWorlds(server, { stream: 20_000, random: randomStickiness, node: stickinessNode, check })

interface Item {
  readonly count: number
  readonly data: readonly number[]
  readonly days: readonly number[]
  readonly compare_label?: string
}

async function check(question: Question<StickinessQuery>): Promise<void> {
  const { random, world, query, results, context } = question
  const items = (results as readonly Item[]).map(({ count, data, days, compare_label: label = null }) => ({
    label,
    count,
    data,
    days,
  }))
  expect(items, context).toEqual(evaluateStickiness(world, query))
  if (random.chance(0.4)) await checkPeople(question)
}

/** The people of a count at random are those who have it. */
async function checkPeople({ random, world, query, node, context, people }: Question<StickinessQuery>): Promise<void> {
  const [series] = query.series
  if (query.series.length > 1 || query.compare || (series?.by !== 'person' && series?.by !== 'group')) return
  const day = random.between(1, 4)
  const asked = random.pick([
    [null, 2],
    ['exact', 1],
    ['gte', 1],
    ['lte', 1],
  ])
  const operator = asked ?? (query.cumulative ? 'gte' : 'exact')
  const source = { kind: 'StickinessActorsQuery', source: node, day, ...(asked ? { operator: asked } : {}) }
  const expected = stickyActors(world, query, { series: 0, day, operator, previous: false })
  expect(await people(source), `${context}\n${JSON.stringify({ day, asked })}`).toEqual(expected.sort())
}
