import { invalid } from '../../core/errors.ts'
import type { Entity } from '../entity.ts'
import { groupOwner } from '../filter.ts'
import { parseCompare, parseHead, parseSeriesEntity, requireSeries } from '../insight.ts'
import type { StickinessNode, StickinessSeries } from './node.ts'
import type { StickinessQuery } from './wire.ts'

/** As in PostHog. */
const MAX_INTERVAL_COUNT = 365

/**
 * The StickinessQuery that a client sent -> our node. `path`: its place in the request. Throws 400 `invalid_input` if
 * there is no series or a number of events or intervals cannot be, `not_supported` naming an option that is not
 * computed yet.
 */
export function parseStickiness(query: StickinessQuery, path: readonly string[]): StickinessNode {
  const attr = (...keys: string[]) => [...path, ...keys].join('__')
  requireSeries(query.series, 'Stickiness', path)
  const { stickinessCriteria: criteria, computedAs } = query.stickinessFilter ?? {}
  const intervalCount = query.intervalCount ?? 1
  if (intervalCount < 1 || intervalCount > MAX_INTERVAL_COUNT)
    throw invalid(attr('intervalCount'), `An interval count is 1 to ${MAX_INTERVAL_COUNT}.`)
  if (criteria && criteria.value < (criteria.operator === 'gte' ? 0 : 1))
    throw invalid(
      attr('stickinessFilter', 'stickinessCriteria', 'value'),
      'No interval has so few events: exact and lte need at least 1, gte at least 0.',
    )
  return {
    kind: 'StickinessQuery',
    ...parseHead(query, path),
    series: query.series.map((entity, index) => parseSeries(entity, [...path, 'series', String(index)])),
    intervalCount,
    // whoever is counted has an event
    criteria: criteria && !(criteria.operator === 'gte' && criteria.value <= 1) ? criteria : null,
    isCumulative: computedAs === 'cumulative',
    ...parseCompare(query.compareFilter),
  }
}

function parseSeries(entity: Entity, path: readonly string[]): StickinessSeries {
  const attr = (key: string) => [...path, key].join('__')
  const { math, math_hogql: text, math_group_type_index: index } = entity
  const expression = math === 'hogql' ? text?.trim() : undefined
  return {
    ...parseSeriesEntity(entity, path),
    customName: entity.custom_name ?? null,
    mathAsSent: math ?? 'total',
    group: math === 'unique_group' && index != null ? groupOwner(index, attr('math_group_type_index')) : null,
    mathHogql: expression && expression !== 'person_id' ? { text: expression, attr: attr('math_hogql') } : null,
  }
}
