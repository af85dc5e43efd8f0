/** Adds to results the links that list the people behind each number (docs/decisions.md). */

import type { Kind } from '../../nodes/index.ts'
import type { CacheEntry } from '../../refresh/entry.ts'
import { type FunnelStepItem, isStep } from '../../shape/funnels.ts'
import { ofResult, type Results } from '../../shape/index.ts'

export interface PointLink {
  readonly filter: Readonly<Record<string, unknown>>
  readonly url: string
}

/**
 * Adds `persons_urls` to each series of a trend: a link for each bucket, or one link for a total. A link has the key of
 * the result, the time of its computation and the start of the bucket, so that it lists the same people later.
 */
export function withPersonsUrls(projectId: number, key: string, entry: CacheEntry) {
  const { response } = entry
  if (response.kind !== 'TrendsQuery') return []
  return response.results.map((item) => {
    // the values of a formula have no people behind them
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

/** Whether a breakdown value is short enough for a URL; longer ones get no link. */
const isLinkable = (value: unknown) => (JSON.stringify(value)?.length ?? 0) <= 2_000

const url = (projectId: number, key: string, entry: CacheEntry, parameters: Readonly<Record<string, string>>) =>
  `/api/projects/${projectId}/persons/insight/${key}/?${new URLSearchParams({ ...parameters, at: new Date(entry.lastRefresh).toISOString() })}`

type StepLink = (parameters: Readonly<Record<string, string>>) => string

/** The results of each kind as clients see them: steps of funnels get links, others stay as they are. */
const LINKED: { readonly [K in Kind]: (result: Results[K], link: StepLink) => unknown } = {
  TrendsQuery: ({ results }) => results,
  FunnelsQuery: (result, link) =>
    result.view === 'steps'
      ? result.results.map((item) =>
          isStep(item) ? withStepUrls(item, link) : item.map((step) => withStepUrls(step, link)),
        )
      : result.results,
  RetentionQuery: ({ results }) => results,
  LifecycleQuery: ({ results }) => results,
  StickinessQuery: ({ results }) => results,
  PathsQuery: ({ results }) => results,
  FunnelCorrelationQuery: ({ results }) => results,
  ActorsQuery: ({ results }) => results,
}

/** Adds `converted_people_url` and `dropped_people_url` to a step of a funnel. */
function withStepUrls(item: FunnelStepItem, link: StepLink) {
  const breakdown: Record<string, string> =
    item.breakdown_value === undefined ? {} : { breakdown: JSON.stringify(item.breakdown_value) }
  const people = (step: number) =>
    isLinkable(item.breakdown_value) ? link({ step: String(step), ...breakdown }) : null
  return {
    ...item,
    converted_people_url: people(item.order + 1),
    dropped_people_url: item.order === 0 ? null : people(-item.order - 1),
  }
}

/** The results of a cache entry, with links to people if they are steps of a funnel. `key` is the key of the entry. */
export const linkedResults = (projectId: number, key: string, entry: CacheEntry): unknown =>
  ofResult(LINKED, entry.response, (parameters: Readonly<Record<string, string>>) =>
    url(projectId, key, entry, parameters),
  )

/** Adds two links to each row of a correlation: the people who converted, and the people who did not. */
export function withCorrelationUrls(projectId: number, key: string, entry: CacheEntry): unknown {
  const { response } = entry
  if (response.kind !== 'FunnelCorrelationQuery') return null
  const { events, skewed } = response.results
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
