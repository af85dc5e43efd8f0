/** Adds to results the links that list the people behind each number (docs/decisions.md). */

import type { Kind } from '../../nodes/index.ts'
import type { CacheEntry } from '../../refresh/entry.ts'
import { type FunnelStepItem, type FunnelsResult, isStep } from '../../shape/funnels.ts'
import { ofResult, type Results } from '../../shape/index.ts'
import type { LifecycleItem } from '../../shape/lifecycle.ts'
import type { RetentionResult } from '../../shape/retention.ts'
import type { StickinessItem } from '../../shape/stickiness.ts'
import type { TrendsItem } from '../../shape/trends.ts'

export interface PointLink {
  readonly filter: Readonly<Record<string, unknown>>
  readonly url: string
}

/**
 * A link has the key of the result and the time of its computation beside the place of the number in the result, so that
 * it lists the same people later.
 */
type Link = (place: Readonly<Record<string, string>>) => string

const linkOf =
  (projectId: number, key: string, entry: CacheEntry): Link =>
  (place) =>
    `/api/projects/${projectId}/persons/insight/${key}/?${new URLSearchParams({ ...place, at: new Date(entry.lastRefresh).toISOString() })}`

/** Whether texts are short enough for a URL; longer ones get no link. */
const isLinkable = (...texts: readonly unknown[]) => (JSON.stringify(texts)?.length ?? 0) <= 2_000

const breakdownOf = ({ breakdown_value: value }: { readonly breakdown_value?: unknown }): Record<string, string> =>
  value === undefined || value === null ? {} : { breakdown: JSON.stringify(value) }

/** The results of each kind as insights and queries show them: steps of funnels get links, others stay as they are. */
const LINKED: { readonly [K in Kind]: (result: Results[K], link: Link) => unknown } = {
  TrendsQuery: ({ results }) => results,
  FunnelsQuery: linkedFunnel,
  RetentionQuery: ({ results }) => results,
  LifecycleQuery: ({ results }) => results,
  StickinessQuery: ({ results }) => results,
  PathsQuery: ({ results }) => results,
  FunnelCorrelationQuery: ({ results }) => results,
  ActorsQuery: ({ results }) => results,
  EventsQuery: ({ results }) => results,
  HogQLQuery: ({ results }) => results,
}

/** The results of each kind as the endpoints of legacy filters show them: every number that counts people gets a link. */
const WITH_PEOPLE: { readonly [K in Kind]: (result: Results[K], link: Link) => unknown } = {
  TrendsQuery: ({ results }, link) =>
    results.map((item) => ({ ...item, persons_urls: isLinkable(item.breakdown_value) ? seriesLinks(item, link) : [] })),
  FunnelsQuery: linkedFunnel,
  RetentionQuery: linkedRetention,
  LifecycleQuery: ({ results }, link) =>
    results.map((item) => ({ ...item, persons_urls: item.days.map((day) => statusLink(item, day, link)) })),
  StickinessQuery: ({ results }, link) =>
    results.map((item) => ({
      ...item,
      // the values of an expression are no people
      persons_urls: item.action.math === 'hogql' ? [] : item.days.map((count) => stickyLink(item, count, link)),
    })),
  PathsQuery: ({ results }, link) =>
    results.map((edge) => {
      const { source, target } = edge
      return { ...edge, people_url: isLinkable(source, target) ? link({ source, target }) : null }
    }),
  FunnelCorrelationQuery: ({ results: { events, skewed } }, link) => ({
    events: events.map((row) => {
      const people = (converted: boolean) => link({ correlation: row.event.event, converted: String(converted) })
      return { ...row, success_people_url: people(true), failure_people_url: people(false) }
    }),
    skewed,
  }),
  ActorsQuery: ({ results }) => results,
  EventsQuery: ({ results }) => results,
  HogQLQuery: ({ results }) => results,
}

/** The results of a cache entry, with links to people if they are steps of a funnel. `key` is the key of the entry. */
export const linkedResults = (projectId: number, key: string, entry: CacheEntry): unknown =>
  ofResult(LINKED, entry.response, linkOf(projectId, key, entry))

/** The results of a cache entry, with links to the people behind each number. `key` is the key of the entry. */
export const resultsWithPeople = (projectId: number, key: string, entry: CacheEntry): unknown =>
  ofResult(WITH_PEOPLE, entry.response, linkOf(projectId, key, entry))

/** A link for each bucket, or one link for a total; none for the values of a formula, which have no people behind them. */
function seriesLinks(item: TrendsItem, link: Link): readonly PointLink[] {
  const { action, order } = item
  if (!action) return []
  const ofDay = (day: string | null): PointLink => ({
    filter: {
      entity_id: action.id ?? null,
      entity_type: action.type,
      entity_order: order,
      entity_math: action.math ?? null,
      date_from: day ?? item.filter.date_from,
      ...(item.breakdown_value === undefined ? {} : { breakdown_value: item.breakdown_value }),
    },
    url: link({
      series: String(order),
      ...(day === null ? {} : { bucket: new Date(day).toISOString() }),
      ...breakdownOf(item),
      ...(item.compare_label ? { compare: item.compare_label } : {}),
    }),
  })
  const days = action.days as readonly string[]
  return days.length > 0 ? days.map(ofDay) : [ofDay(null)]
}

const entityOf = ({ id, type, order }: Readonly<Record<string, unknown>>) => ({
  entity_id: id ?? null,
  entity_type: type,
  entity_order: order,
})

const statusLink = ({ action, status }: LifecycleItem, day: string, link: Link): PointLink => ({
  filter: { ...entityOf(action), lifecycle_type: status, target_date: day },
  url: link({ bucket: day, status }),
})

const stickyLink = ({ action, compare_label }: StickinessItem, count: number, link: Link): PointLink => ({
  filter: { ...entityOf(action), entity_math: action.math ?? null, stickiness_days: count },
  url: link({
    series: String(action.order),
    bucket: String(count),
    ...(compare_label ? { compare: compare_label } : {}),
  }),
})

/** Rows of retention; each value of a breakdown has all rows. */
function linkedRetention({ results }: RetentionResult, link: Link) {
  const height = results.filter((row) => row.breakdown_value === results[0]?.breakdown_value).length
  return results.map((row, index) => ({
    ...row,
    people_url: isLinkable(row.breakdown_value) ? link({ row: String(index % height), ...breakdownOf(row) }) : null,
  }))
}

function linkedFunnel(result: FunnelsResult, link: Link) {
  if (result.view !== 'steps') return result.results
  return result.results.map((item) =>
    isStep(item) ? withStepUrls(item, link) : item.map((step) => withStepUrls(step, link)),
  )
}

/** Adds `converted_people_url` and `dropped_people_url` to a step of a funnel. */
function withStepUrls(item: FunnelStepItem, link: Link) {
  const people = (step: number) =>
    isLinkable(item.breakdown_value) ? link({ step: String(step), ...breakdownOf(item) }) : null
  return {
    ...item,
    converted_people_url: people(item.order + 1),
    dropped_people_url: item.order === 0 ? null : people(-item.order - 1),
  }
}
