/** What tells whether a client's copy of an answer is still as the answer would be now. */
import type { ServedFrom } from '../refresh/answer.ts'

export interface Validity {
  /** Changes with everything that the answer says, but for what tells only how it came about. */
  readonly tag: unknown
  /** When what the answer says changed last, in milliseconds; null if that is not known. */
  readonly changedAt: number | null
  /** Where the result came from; null without a result. */
  readonly servedFrom: ServedFrom | null
  /** For how many seconds it may be shown without asking again; not at all unless given. */
  readonly maxAge?: number
}

/** For how long who has a link or a viewer's token may keep what it shows. */
export const LINK_SECONDS = 5

interface Said {
  readonly updated_at: string
  readonly last_viewed_at: string | null
  readonly last_refresh: string | null
  readonly served_from?: ServedFrom | null
  readonly query_status?: Partial<RunTimes> | null
}

interface RunTimes {
  readonly start_time: string
  readonly pickup_time: string | null
  readonly end_time: string | null
}

/** Of an insight as it is shown, whose key and time of refresh stand for its result. */
export function insightValidity(insight: Said, maxAge?: number): Validity {
  const { start_time, pickup_time, end_time } = insight.query_status ?? {}
  return {
    tag: { ...insight, ...HOW_IT_CAME },
    changedAt: latest([
      insight.updated_at,
      insight.last_viewed_at,
      insight.last_refresh,
      start_time,
      pickup_time,
      end_time,
    ]),
    servedFrom: insight.served_from ?? null,
    ...(maxAge === undefined ? {} : { maxAge }),
  }
}

/** Of a page of insights as they are shown. */
export const pageValidity = (
  { results, ...page }: { readonly results: readonly object[] },
  maxAge?: number,
): Validity => ofMany({ ...page, results: results.map((insight) => ({ ...insight, ...HOW_IT_CAME })) }, maxAge)

/** Of a dashboard as it is shown, with its insights. `more`: what the answer says besides. */
export const dashboardValidity = (
  { tiles, ...dashboard }: { readonly tiles: readonly { readonly insight: object | null }[] },
  maxAge?: number,
  more: readonly unknown[] = [],
): Validity => {
  const shown = tiles.map(({ insight, ...tile }) => ({
    ...tile,
    is_cached: null,
    insight: insight && { ...insight, ...HOW_IT_CAME },
  }))
  return ofMany([{ ...dashboard, tiles: shown }, ...more], maxAge)
}

/** Nobody notes when an insight left a page: it has no time of change. */
const ofMany = (tag: object, maxAge: number | undefined): Validity => ({
  tag,
  changedAt: null,
  servedFrom: null,
  ...(maxAge === undefined ? {} : { maxAge }),
})

/** Results and their heads follow from the key and the time of refresh. */
const HOW_IT_CAME = { result: null, hogql: null, columns: null, types: null, is_cached: null, served_from: null }

interface ShownRun extends RunTimes {
  readonly results: { readonly cache_key: string; readonly last_refresh: string; readonly data_until: string } | null
}

/** Of a finished run as it is shown. */
export function runValidity(
  { query_status: { results, ...status } }: { readonly query_status: ShownRun },
  maxAge?: number,
): Validity {
  const refreshed = results && [results.cache_key, results.last_refresh, results.data_until]
  return {
    tag: [status, refreshed],
    changedAt: latest([status.start_time, status.pickup_time, status.end_time, results?.last_refresh]),
    servedFrom: results && 'cache',
    ...(maxAge === undefined ? {} : { maxAge }),
  }
}

function latest(instants: readonly (string | null | undefined)[]): number | null {
  const known = instants.flatMap((instant) => (instant ? Date.parse(instant) : []))
  return known.length > 0 ? Math.max(...known) : null
}
