/** Links from the numbers of a result to the people behind them (docs/decisions.md). */

import { type CacheEntry, resultKind } from '../../refresh/entry.ts'
import type { CorrelationItem } from '../../shape/correlation.ts'
import type { FunnelStepItem } from '../../shape/funnels.ts'
import type { TrendsItem } from '../../shape/trends.ts'

export interface PointLink {
  readonly filter: Readonly<Record<string, unknown>>
  readonly url: string
}

/**
 * Adds `persons_urls` to the items of a trend: a link for each bucket, one for a total. A link holds the key of the result,
 * the instant of its computation and that of the bucket, so that it lists the people of the number also later.
 */
export function withPersonsUrls(projectId: number, key: string, entry: CacheEntry) {
  return (entry.response.results as readonly TrendsItem[]).map((item) => {
    // a formula counts no people
    if (!item.action || !isLinkable(item.breakdown_value)) return { ...item, persons_urls: [] }
    const days = item.action.days as readonly string[]
    const link = (day: string | null): PointLink => {
      const parameters: Record<string, string> = {
        series: String(item.order),
        ...(day === null ? {} : { bucket: new Date(day).toISOString() }),
        ...(item.breakdown_value === undefined ? {} : { breakdown: JSON.stringify(item.breakdown_value) }),
        ...(item.compare_label ? { compare: item.compare_label } : {}),
      }
      return {
        filter: {
          entity_id: item.action?.id ?? null,
          entity_type: item.action?.type,
          entity_order: item.order,
          entity_math: item.action?.math ?? null,
          date_from: day ?? item.filter.date_from,
          ...(item.breakdown_value === undefined ? {} : { breakdown_value: item.breakdown_value }),
        },
        url: url(projectId, key, entry, parameters),
      }
    }
    return { ...item, persons_urls: days.length > 0 ? days.map(link) : [link(null)] }
  })
}

/** A value that is too long for a URL has no link. */
const isLinkable = (value: unknown) => (JSON.stringify(value)?.length ?? 0) <= 2_000

const url = (projectId: number, key: string, entry: CacheEntry, parameters: Readonly<Record<string, string>>) =>
  `/api/projects/${projectId}/persons/insight/${key}/?${new URLSearchParams({ ...parameters, at: new Date(entry.lastRefresh).toISOString() })}`

/** Adds `converted_people_url` and `dropped_people_url` to the steps of a funnel; other results stay as they are. */
export function withFunnelUrls(projectId: number, key: string, entry: CacheEntry): unknown {
  const { results } = entry.response
  if (resultKind(entry) !== 'FunnelsQuery' || !Array.isArray(results)) return results
  const withUrls = (item: FunnelStepItem) => {
    const breakdown: Record<string, string> =
      item.breakdown_value === undefined ? {} : { breakdown: JSON.stringify(item.breakdown_value) }
    const link = (step: number) =>
      isLinkable(item.breakdown_value) ? url(projectId, key, entry, { step: String(step), ...breakdown }) : null
    return {
      ...item,
      converted_people_url: link(item.order + 1),
      dropped_people_url: item.order === 0 ? null : link(-item.order - 1),
    }
  }
  const isStep = (item: unknown): item is FunnelStepItem =>
    typeof item === 'object' && item !== null && 'people' in item
  return results.map((item) => (Array.isArray(item) ? item.map(withUrls) : isStep(item) ? withUrls(item) : item))
}

/** Adds links to the rows of a correlation: the people who converted, and the people who did not. */
export function withCorrelationUrls(projectId: number, key: string, entry: CacheEntry): unknown {
  const { events, skewed } = entry.response.results as unknown as { events: CorrelationItem[]; skewed: boolean }
  const link = (name: string, converted: boolean) =>
    url(projectId, key, entry, { correlation: name, converted: String(converted) })
  return {
    events: events.map((row) => ({
      ...row,
      success_people_url: link(row.event.event, true),
      failure_people_url: link(row.event.event, false),
    })),
    skewed,
  }
}
