/** PathsQuery nodes at random over activity worlds, the same for the same seed. */
import type { Random } from '../../local/demo/random.ts'
import { funnelNode, type Made } from './funnel-node.ts'
import type { PathsQuery } from './paths-evaluator.ts'
import { askedKeys, randomAsked } from './random-asked.ts'
import { plainFunnel } from './random-funnels.ts'

const KINDS = ['$pageview', '$screen', 'custom_event', 'hogql'] as const
const POINTS = ['/a', '/a/', '/b', '/', 'view', 'click', 'buy', '$set', 'home', '/b/:id', 'nowhere', '/c/12/edit']
const GROUPINGS = ['/a*', '/b*', 'cl*k', '*1', '/c/*/edit', 'i', '/*/edit', 'b/']
const EXCLUDED = ['/a', '/b', 'view', '/a*', '', 'i', 'home', 'cl*k', '/b/:id']
const RULES = [
  { regex: '\\?.*$', alias: '' },
  { regex: '[0-9]+', alias: 'N' },
  { regex: '^/[bc]', alias: '/x' },
  { regex: '(?:vie|clic)[a-z]', alias: 'act' },
  { regex: '/', alias: '-' },
]

const WHOLE = { from: '2024-02-20', to: '2024-04-20' }

export function randomPaths(random: Random): PathsQuery {
  const some = <T>(list: readonly T[], share: number) => list.filter(() => random.chance(share))
  const point = (likely: string) => (random.chance(0.6) ? likely : (POINTS[random.between(0, POINTS.length)] ?? '/a'))
  const [start, end] = [random.chance(0.3) ? point('view') : null, random.chance(0.3) ? point('click') : null]
  const included = some(KINDS, 0.5)
  const funnel = random.chance(0.3) ? randomFunnelPart(random) : null
  const asked = randomAsked(random)
  return {
    ...asked,
    // most over all that the world has: ways are few in a few days
    ...(random.chance(0.7) ? WHOLE : {}),
    ...(random.chance(0.7) ? { properties: { type: 'AND', values: [] } } : {}),
    interval: 'day',
    include: random.chance(0.3) || included.length === 0 ? null : included,
    hasExpression: random.chance(0.3) || included.includes('hogql'),
    start,
    end,
    groupings: random.chance(0.3) ? some(GROUPINGS, 0.3) : [],
    excluded: random.chance(0.3) ? some(EXCLUDED, 0.3) : [],
    projectRules: random.pick([
      [null, 2],
      [true, 1],
      [false, 2],
    ]),
    rules: random.chance(0.3) ? some(RULES, 0.4) : [],
    // one step of two sides is none
    stepLimit: random.chance(0.3) ? 5 : random.between(2, 9),
    edgeLimit: random.chance(0.6) ? 50 : random.between(1, 12),
    minWeight: random.chance(0.2) ? random.between(1, 4) : null,
    maxWeight: random.chance(0.15) ? random.between(1, 5) : null,
    funnel,
  }
}

function randomFunnelPart(random: Random): NonNullable<PathsQuery['funnel']> {
  const { from, to } = random.chance(0.7) ? WHOLE : randomAsked(random)
  const funnel = plainFunnel(random)
  const source = {
    ...funnel,
    // the evaluator of paths walks in the order of the steps, through all of them
    order: 'ordered' as const,
    fromStep: 0,
    toStep: funnel.steps.length - 1,
    from,
    to,
    interval: 'day' as const,
    view: 'steps' as const,
    breakdown: null,
    cohorts: null,
  }
  const part = random.pick([
    ['funnel_path_before_step', 1],
    ['funnel_path_between_steps', 1],
    ['funnel_path_after_step', 1],
  ] as const)
  const last = source.steps.length
  const isDropped = part !== 'funnel_path_between_steps' && random.chance(0.3)
  const step = isDropped
    ? -random.between(2, last + 1)
    : random.between(part === 'funnel_path_between_steps' ? 2 : 1, last + 1)
  return { source, part, step }
}

/** The query as it is on the wire; `keys` name the people of a step. */
export const pathsNode = (query: PathsQuery, made: Made, keys: object = {}) => ({
  kind: 'PathsQuery',
  ...askedKeys(query, made),
  pathsFilter: {
    ...(query.include ? { includeEventTypes: query.include } : {}),
    ...(query.hasExpression ? { pathsHogQLExpression: 'event || properties.plan' } : {}),
    ...(query.start === null ? {} : { startPoint: query.start }),
    ...(query.end === null ? {} : { endPoint: query.end }),
    ...(query.groupings.length > 0 ? { pathGroupings: query.groupings } : {}),
    ...(query.excluded.length > 0 ? { excludeEvents: query.excluded } : {}),
    ...(query.projectRules === null ? {} : { pathReplacements: query.projectRules }),
    ...(query.rules.length > 0 ? { localPathCleaningFilters: query.rules } : {}),
    stepLimit: query.stepLimit,
    edgeLimit: query.edgeLimit,
    ...(query.minWeight === null ? {} : { minEdgeWeight: query.minWeight }),
    ...(query.maxWeight === null ? {} : { maxEdgeWeight: query.maxWeight }),
    ...keys,
  },
  ...(query.funnel
    ? {
        funnelPathsFilter: {
          funnelPathType: query.funnel.part,
          funnelStep: query.funnel.step,
          funnelSource: funnelNode(query.funnel.source, made),
        },
      }
    : {}),
})
