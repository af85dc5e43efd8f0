import { notFound } from '../lib/core/errors.ts'
import { editDistance } from '../lib/core/nearest.ts'

/** Longer paths are not compared with those of the routes. */
const MOST_CHARACTERS = 200
const MOST_SEGMENTS = 10
/** What a change of a path costs; more than `MOST` together make another path of it. */
const ADDED = 0.6
const LEFT_OUT = 1.5
const MOST = 2

/** The 404 of a path that no route has; it names the one that was probably meant. `paths`: those of the routes. */
export function noSuchEndpoint(asked: string, paths: readonly string[]) {
  const meant = meantPath(asked, paths)
  const hint = meant === undefined ? '' : ` Did you mean ${meant}?`
  return notFound(`There is no such endpoint.${hint} /docs/ lists all.`)
}

function meantPath(asked: string, paths: readonly string[]): string | undefined {
  const given = asked.split('/').slice(1)
  if (asked.length > MOST_CHARACTERS || given.length > MOST_SEGMENTS) return undefined
  const unlike = comparison()
  let best: Way | undefined
  for (const path of paths) {
    const found = wayTo(path.split('/').slice(1), given, unlike)
    if (found?.hasWord && found.cost <= MOST && found.cost < (best?.cost ?? MOST)) best = found
  }
  return best && `/${best.path.join('/')}${best.path[0] === 'api' ? '/' : ''}`
}

type Unlike = (given: string, name: string) => number

/** From 0 (the same) to 1, infinite for words that are no misspelling of each other; each pair is compared once. */
function comparison(): Unlike {
  const known = new Map<string, number>()
  return (given, name) => {
    if (name.startsWith(':')) return /[\d@:{]/.test(given) ? 0 : 0.5
    const pair = `${given}/${name}`
    const before = known.get(pair)
    if (before !== undefined) return before
    const longest = Math.max(given.length, name.length, 1)
    const isFar = Math.abs(given.length - name.length) * 3 > longest
    const distance = isFar ? longest : editDistance(given.toLowerCase(), name)
    const cost = distance * 3 > longest ? Number.POSITIVE_INFINITY : distance / longest
    known.set(pair, cost)
    return cost
  }
}

/** How the segments become the first names of a path: what stands there then, and what that costs. */
interface Way {
  readonly path: readonly string[]
  readonly cost: number
  /** A segment has become the name of something; `api` and `projects` stand in most paths. */
  readonly hasWord: boolean
}

/** The cheapest way; ids of the request are kept. */
function wayTo(names: readonly string[], given: readonly string[], unlike: Unlike): Way | undefined {
  let ways: Way[] = [{ path: [], cost: 0, hasWord: false }]
  for (let i = 0; i < given.length; i++) ways.push({ path: [], cost: (i + 1) * LEFT_OUT, hasWord: false })
  for (const name of names) {
    const next: Way[] = []
    for (const [i, way] of ways.entries()) {
      const segment = given[i - 1]
      const [kept, left] = [ways[i - 1], next[i - 1]]
      // only what paths begin with is left out by whoever means them
      const cost = way.hasWord ? Number.POSITIVE_INFINITY : way.cost + ADDED
      const steps: Way[] = [{ ...way, path: [...way.path, added(name)], cost }]
      if (segment !== undefined && left) steps.push({ ...left, cost: left.cost + LEFT_OUT })
      if (segment !== undefined && kept) {
        const isId = name.startsWith(':')
        steps.push({
          path: [...kept.path, isId ? segment : name],
          cost: kept.cost + unlike(segment, name),
          hasWord: kept.hasWord || !(isId || name === 'api' || name === 'projects'),
        })
      }
      next.push(steps.reduce((best, step) => (step.cost < best.cost ? step : best)))
    }
    ways = next
  }
  return ways.at(-1)
}

/** A project or an organization that the path does not name is the current one. */
const added = (name: string): string => (/^:(project|organization)_id$/.test(name) ? '@current' : name)
