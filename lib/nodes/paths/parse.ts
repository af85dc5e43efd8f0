import { invalid } from '../../core/errors.ts'
import { parseFunnels } from '../funnels/parse.ts'
import { parseHead } from '../insight.ts'
import { parseCleaningRules } from '../path-cleaning.ts'
import type { FunnelPart, PathsNode } from './node.ts'
import type { FunnelPathsFilter, PathsQuery } from './wire.ts'

const DEFAULT_STEPS = 5
const DEFAULT_EDGES = 50

/**
 * The PathsQuery that a client sent -> our node. `path`: its place in the request. Throws 400 `invalid_input` if the
 * step of the funnel is missing or not one of its steps, and the errors of `parseFunnels`.
 */
export function parsePaths(query: PathsQuery, path: readonly string[]): PathsNode {
  const at = [...path, 'pathsFilter']
  const filter = query.pathsFilter
  const expression = filter.pathsHogQLExpression?.trim()
  const items = filter.includeEventTypes?.length ? [...new Set(filter.includeEventTypes)].sort() : null
  return {
    kind: 'PathsQuery',
    ...parseHead(query, path),
    items,
    expression:
      expression && (items === null || items.includes('hogql'))
        ? { text: expression, attr: [...at, 'pathsHogQLExpression'].join('__') }
        : null,
    start: point(filter.startPoint),
    end: point(filter.endPoint),
    usesProjectRules: filter.pathReplacements === true,
    rules: parseCleaningRules(filter.localPathCleaningFilters ?? [], [...at, 'localPathCleaningFilters']),
    groupings: filter.pathGroupings ?? [],
    excluded: items === null ? [] : (filter.excludeEvents ?? []),
    stepLimit: filter.stepLimit || DEFAULT_STEPS,
    edgeLimit: filter.edgeLimit || DEFAULT_EDGES,
    minWeight: filter.minEdgeWeight || null,
    maxWeight: filter.maxEdgeWeight || null,
    funnel: query.funnelPathsFilter ? funnelPart(query.funnelPathsFilter, [...path, 'funnelPathsFilter']) : null,
  }
}

/** Items have lost a slash at their end. */
const point = (text: string | null | undefined): string | null =>
  text ? (text.length > 1 && text.endsWith('/') ? text.slice(0, -1) : text) : null

const PARTS = {
  funnel_path_before_step: 'before',
  funnel_path_between_steps: 'between',
  funnel_path_after_step: 'after',
} as const

function funnelPart(
  { funnelPathType, funnelSource, funnelStep }: FunnelPathsFilter,
  path: readonly string[],
): FunnelPart {
  const source = parseFunnels(funnelSource, [...path, 'funnelSource'])
  const attr = (key: string) => [...path, key].join('__')
  if (!funnelPathType) throw invalid(attr('funnelPathType'), 'This field is required.')
  const part = PARTS[funnelPathType]
  const steps = source.series.length
  const last = funnelStep == null ? 0 : lastStep(funnelStep)
  if (funnelStep == null || last < 1 || Math.abs(funnelStep) > steps)
    throw invalid(
      attr('funnelStep'),
      `This must be a step, from 1 to ${steps}, or for those who dropped off before it, from -2 to -${steps}.`,
    )
  if (part === 'between' && last < 2) throw invalid(attr('funnelStep'), 'Between steps there must be a step before.')
  if (source.series[last - 1]?.isOptional || (part === 'between' && source.series[last - 2]?.isOptional))
    throw invalid(attr('funnelStep'), 'The time of an optional step is not known.')
  // whose way it is does not depend on how the funnel is drawn or broken down
  return { source: { ...source, view: 'steps', breakdown: null, binCount: null }, part, step: funnelStep }
}

/** The last step, from 1, that everybody did who is counted at `step`, a `funnelStep` of PostHog. */
export const lastStep = (step: number): number => (step < 0 ? -step - 1 : step)
