/** What answers call the buckets of a range. */
import type { DateTime } from 'luxon'
import type { Interval } from '../tree/types.ts'

/** An item of `days` in an answer: the local date, for hours and minutes with the time. */
export const dayOf = (start: DateTime, interval: Interval) =>
  start.toFormat(interval === 'hour' || interval === 'minute' ? 'yyyy-MM-dd HH:mm:ss' : 'yyyy-MM-dd')

/**
 * An item of `labels` in an answer. The label of a week shows only the days inside `clip`, which is the current period
 * even for labels of the previous one, as in PostHog.
 */
export function labelOf(start: DateTime, interval: Interval, clip: { from: DateTime; to: DateTime }): string {
  const english = start.setLocale('en-US')
  switch (interval) {
    case 'minute':
    case 'hour':
      return english.toFormat('d-MMM HH:mm')
    case 'day':
      return english.toFormat('d-MMM-yyyy')
    case 'month':
      return english.toFormat('MMM yyyy')
    case 'week':
      return weekLabel(english, clip)
    default:
      return interval satisfies never
  }
}

function weekLabel(start: DateTime, clip: { from: DateTime; to: DateTime }): string {
  const last = start.plus({ days: 6 })
  const from = clip.from.startOf('day') > start && clip.from.startOf('day') <= last ? clip.from : start
  const to = clip.to.startOf('day') < last && clip.to.startOf('day') >= start ? clip.to : last
  const [a, b] = [from.setLocale('en-US'), to.setLocale('en-US')]
  if (a.hasSame(b, 'day')) return a.toFormat('d-MMM-yyyy')
  if (a.hasSame(b, 'month')) return `${a.toFormat('d')}–${b.toFormat('d MMM')}`
  if (a.hasSame(b, 'year')) return `${a.toFormat('d-MMM')} – ${b.toFormat('d-MMM')}`
  return `${a.toFormat('d-MMM-yyyy')} – ${b.toFormat('d-MMM-yyyy')}`
}
