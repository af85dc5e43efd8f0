/** How a viewer may narrow an insight: as the token allows (docs/viewers.md "Narrowing"). */
import { dashboardsOf, namesInsight } from '../../access/viewer.ts'
import type { ViewerActor } from '../../core/actor.ts'
import { notFound, permissionDenied } from '../../core/errors.ts'
import { isObject, type Json } from '../../core/json.ts'
import type { InsightRow } from '../../store/insights.ts'
import {
  type DashboardFilters,
  type Narrowing,
  type NarrowingParameters,
  narrowingOf,
  readOverrides,
} from '../insights/narrowing.ts'

const NO_OVERRIDES = { filters: null, variables: null }

/**
 * The insight as the viewer sees it: narrowed by the dashboard that it is seen through, and then by what the viewer asks
 * for. Throws 404 for an insight that the token does not name, 403 for what it does not allow, 400 for what cannot be read.
 */
export function viewerNarrowing(viewer: ViewerActor, row: InsightRow, parameters: NarrowingParameters): Narrowing {
  requireSeen(viewer, row, parameters.from_dashboard)
  return laidOver(narrowingOf(row, parameters.from_dashboard, NO_OVERRIDES), readAllowed(viewer, parameters))
}

/** The filters that a request asks for. Throws 403 for those that the token does not allow, 400 for what cannot be read. */
export function readAllowed(viewer: ViewerActor, parameters: NarrowingParameters): DashboardFilters | null {
  const { filters, variables } = readOverrides(parameters)
  if (variables && Object.keys(variables).length > 0) throw denied('variables_override is not allowed.')
  if (filters) checkAllowed(viewer, filters)
  return filters
}

/** Throws 404 unless the token names the insight, or the dashboard that it is read through, 403 if that is not said. */
function requireSeen(viewer: ViewerActor, row: InsightRow, dashboard: string | undefined): void {
  const through = dashboardsOf(viewer, row).map(String)
  if (dashboard ? through.includes(dashboard) : namesInsight(viewer, row)) return
  if (dashboard || through.length === 0) throw notFound()
  throw denied(`This insight is seen through a dashboard: add from_dashboard=${through[0]}.`)
}

const denied = (what: string) => permissionDenied(`The viewer token does not allow this. ${what}`)

function checkAllowed(viewer: ViewerActor, filters: DashboardFilters): void {
  const { date_from: from = null, date_to: to = null, explicitDate: _, interval, properties, ...others } = filters
  const other = Object.entries(others).find(([, value]) => value != null)
  if (other) throw denied(`filters_override: ${other[0]} is not allowed.`)
  const { allowedDates } = viewer
  if ((from ?? to) !== null && !isAllowedRange(allowedDates, from, to))
    throw denied('filters_override: allowed_dates has no such range.')
  if (interval && allowedDates.length === 0) throw denied('filters_override: interval is not allowed.')
  for (const filter of filtersIn(properties)) checkFilter(viewer, filter)
}

const isAllowedRange = (allowed: ViewerActor['allowedDates'], from: string | null, to: string | null): boolean =>
  allowed === 'any' || allowed.some(({ date_from, date_to }) => date_from === from && date_to === to)

/** The filters in a list or a group; an object that is no group counts as one filter. */
function filtersIn(given: unknown): unknown[] {
  if (given === null || given === undefined) return []
  if (Array.isArray(given)) return given.flatMap(filtersIn)
  if (isObject(given) && Array.isArray(given.values) && !('key' in given)) return filtersIn(given.values)
  return [given]
}

function checkFilter({ allowedFilters }: ViewerActor, filter: unknown): void {
  const { key, type, group_type_index: index }: Json = isObject(filter) ? filter : {}
  const isAllowed = allowedFilters.some(
    (allowed) =>
      allowed.key === String(key) &&
      allowed.type === (type ?? 'event') &&
      (allowed.type !== 'group' || allowed.groupTypeIndex === index),
  )
  if (!isAllowed) throw denied(`filters_override: allowed_filters has no ${label(type ?? 'event')} ${label(key)}.`)
}

const label = (value: unknown) => (typeof value === 'string' ? `"${value.slice(0, 100)}"` : typeof value)

/** What a viewer asks for narrows what the dashboard shows further; dates take the place of its dates. */
export function laidOver(shown: Narrowing, asked: DashboardFilters | null): Narrowing {
  if (!asked) return shown
  const { date_from: from, date_to: to, explicitDate, interval, properties } = asked
  const own = shown.filters ?? {}
  const both = [own.properties, properties].filter(isFilled).map(asGroup)
  return {
    ...shown,
    filters: {
      ...own,
      ...((from ?? to) == null ? {} : { date_from: from, date_to: to, explicitDate }),
      ...(interval ? { interval } : {}),
      ...(both.length === 0 ? {} : { properties: both.length === 1 ? both[0] : { type: 'AND', values: both } }),
    },
  }
}

const isFilled = (value: unknown): value is Json | Json[] =>
  Array.isArray(value) ? value.length > 0 : value != null && Object.keys(value).length > 0
const asGroup = (value: Json | Json[]): Json => (Array.isArray(value) ? { type: 'AND', values: value } : value)
