/** Adds to results the links that list the people behind each number (docs/decisions.md). */

import type { Kind } from '../../nodes/index.ts'
import { type CacheEntry, responseOf } from '../../refresh/entry.ts'
import { breakdownOf, isLinkable, type Link, linkOf } from '../../refresh/step-links.ts'
import { ofResult, type Results } from '../../shape/index.ts'
import type { LifecycleItem } from '../../shape/lifecycle.ts'
import type { RetentionResult } from '../../shape/retention.ts'
import type { StickinessItem } from '../../shape/stickiness.ts'
import type { TrendsItem } from '../../shape/trends.ts'

export interface PointLink {
  readonly filter: Readonly<Record<string, unknown>>
  readonly url: string
}

/** The results of each kind as the endpoints of legacy filters show them: every number that counts people gets a link, as steps have one already. */
const WITH_PEOPLE: { readonly [K in Kind]: (result: Results[K], link: Link) => unknown } = {
  TrendsQuery: ({ results }, link) =>
    results.map((item) => ({ ...item, persons_urls: isLinkable(item.breakdown_value) ? seriesLinks(item, link) : [] })),
  FunnelsQuery: ({ results }) => results,
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

/** The results of a cache entry, with links to the people behind each number. `key` is the key of the entry. */
export const resultsWithPeople = (projectId: number, key: string, entry: CacheEntry): unknown =>
  ofResult(WITH_PEOPLE, responseOf(entry), linkOf(projectId, key, entry.lastRefresh))

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
