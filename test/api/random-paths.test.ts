/** Random worlds and PathsQuery nodes against the brute-force evaluator. SEED=n replays one world. */
import { expect } from 'vitest'
import { byName, type Question, testWorlds } from '../support/activity-check.ts'
import { type Edge, evaluatePaths, type PathsQuery, travellers } from '../support/paths-evaluator.ts'
import { pathsNode, randomPaths } from '../support/random-paths.ts'
import { testServer } from '../support/server.ts'

const server = await testServer()

testWorlds(server, { stream: 50_000, random: randomPaths, node: pathsNode, check })

interface Item {
  readonly source: string
  readonly target: string
  readonly value: number
  readonly average_conversion_time: number
}

async function check(question: Question<PathsQuery>): Promise<void> {
  const { random, world, query, results, context } = question
  const edges = (results as readonly Item[]).map(({ average_conversion_time: time, ...edge }) =>
    rounded({ ...edge, time }),
  )
  const expected = evaluatePaths(world, query).map(rounded)
  expect(edges, context).toEqual(expected)
  if (random.chance(0.4)) await checkPeople(question, expected)
}

/** The people of an edge, of an end of it, of a way that ended there, or of all ways. */
async function checkPeople(question: Question<PathsQuery>, edges: readonly Edge[]): Promise<void> {
  const { random, world, built, query, context, people } = question
  const { source: start = '1_view', target: end = '2_click' } = edges[random.between(0, edges.length)] ?? {}
  const keys = random.pick<{ start?: string; end?: string; dropOff?: string }>([
    [{ end }, 2],
    [{ start }, 2],
    [{ start, end }, 2],
    [{ dropOff: end }, 2],
    [{ end: start }, 1],
    [{}, 1],
  ])
  const named = {
    ...(keys.start ? { pathStartKey: keys.start } : {}),
    ...(keys.end ? { pathEndKey: keys.end } : {}),
    ...(keys.dropOff ? { pathDropoffKey: keys.dropOff } : {}),
  }
  const source = { kind: 'InsightActorsQuery', source: pathsNode(query, built, named) }
  const expected = travellers(world, query, keys)
    .map((person): [number] => [person])
    .sort(byName)
  expect(await people(source), `${context}\n${JSON.stringify(named)}`).toEqual(expected.flat())
}

const rounded = ({ time, ...edge }: Edge): Edge => ({ ...edge, time: Math.round(time * 10) / 10 })
