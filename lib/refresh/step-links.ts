/** The links of the steps of a funnel, which list the people behind them, are made with its result (docs/decisions.md). */
import type { FunnelStepItem, FunnelsResult } from '../shape/funnels.ts'
import { isStep } from '../shape/funnels.ts'
import type { ShapedResult } from '../shape/index.ts'

/**
 * A link has the key of the result and the time of its computation beside the place of the number in the result, so that
 * it lists the same people later.
 */
export type Link = (place: Readonly<Record<string, string>>) => string

/** `at`: when the result was computed, in milliseconds. */
export const linkOf =
  (projectId: number, key: string, at: number): Link =>
  (place) =>
    `/api/projects/${projectId}/persons/insight/${key}/?${new URLSearchParams({ ...place, at: new Date(at).toISOString() })}`

/** Whether texts are short enough for a URL; longer ones get no link. */
export const isLinkable = (...texts: readonly unknown[]) => (JSON.stringify(texts)?.length ?? 0) <= 2_000

/** The place of a breakdown value in a link. */
export const breakdownOf = ({
  breakdown_value: value,
}: {
  readonly breakdown_value?: unknown
}): Record<string, string> => (value === undefined || value === null ? {} : { breakdown: JSON.stringify(value) })

/** The results of a computation as every answer shows them: steps of funnels have links, others stay as they are. */
export const linkedResults = (result: ShapedResult, link: Link): unknown =>
  result.kind === 'FunnelsQuery' ? linkedFunnel(result, link) : result.results

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
