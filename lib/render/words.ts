/** The texts of an insight on pages and in image files. */
import { cut } from '../core/text.ts'
import type { Shown } from './chart.ts'
import { formatRange, formatTime } from './format.ts'
import { type PresentedInsight, showInsight } from './show.ts'
import { showNothing } from './show-nothing.ts'

export interface Words {
  readonly title: string
  readonly range: string | null
  readonly refreshed: string | null
  /** One sentence, for link previews. */
  readonly description: string
  readonly shown: Shown
  /** Seconds until the page should be loaded again; null if no computation runs. */
  readonly reloadSeconds: number | null
}

const WAITS = { first: 3, most: 60 }

interface Status {
  readonly complete: boolean
  readonly error: boolean
  readonly error_message: string | null
  readonly start_time: string
}

/** All texts of an insight, and its chart. If there is no result yet, the chart is a message that says so. */
export function describeInsight(insight: PresentedInsight, now: Date): Words {
  const title = insight.name || insight.derived_name || 'Untitled insight'
  const range = insight.resolved_date_range
  const status = insight.query_status as Status | null
  const shown = showInsight(insight) ?? messageInstead(status)
  const rangeText = range ? formatRange(range.date_from, range.date_to) : null
  const sentence = [shown.summary, rangeText].filter(Boolean).join(', ')
  return {
    title,
    range: rangeText,
    refreshed: insight.last_refresh && formatTime(insight.last_refresh, insight.timezone),
    description: cut(insight.description || sentence || title, 300),
    shown,
    reloadSeconds: status && !status.complete ? secondsToReload(status, now) : null,
  }
}

/** Seconds until the page should be loaded again: half of the time that the computation has taken, within `WAITS`. */
function secondsToReload({ start_time }: Status, now: Date): number {
  const elapsed = (now.getTime() - Date.parse(start_time)) / 1000
  return Math.min(WAITS.most, Math.max(WAITS.first, Math.ceil(elapsed / 2)))
}

/** A message in place of a chart: no result, an error, or a computation that still runs. */
function messageInstead(status: Status | null): Shown {
  const message = !status
    ? 'Not available: this insight has no result.'
    : status.error
      ? `The result could not be computed. ${status.error_message ?? ''}`.trim()
      : 'The result is being computed. This takes a moment.'
  return { ...showNothing(message), summary: message }
}
