/**
 * Narrowing: the dates, filters, breakdown and variables that a dashboard or a request lays over an insight
 * (docs/insights.md 9).
 */
import * as z from 'zod/mini'
import { invalid } from '../../core/errors.ts'
import { readJson as readInput } from '../../core/input.ts'
import { asSentence, mostTelling } from '../../core/issue-texts.ts'
import { isObject, type Json } from '../../core/json.ts'
import { takesKey } from '../../nodes/index.ts'
import { DateRange, INTERVALS } from '../../nodes/insight.ts'
import type { InsightRow, InsightTile } from '../../store/insights.ts'

/** The filters of a dashboard. An unknown key is refused: ignoring it would give a wrong number. */
const Filters = z.strictObject({
  ...DateRange.shape,
  properties: z.nullish(z.union([z.array(z.looseObject({})), z.looseObject({})])),
  breakdown_filter: z.nullish(z.looseObject({})),
  interval: z.nullish(z.enum(INTERVALS)),
  filterTestAccounts: z.nullish(z.boolean()),
})
export type DashboardFilters = z.infer<typeof Filters>

/** Reads the filters of a dashboard. Throws 400 with `attr` and the path of the wrong key. */
export function checkFilters(value: unknown, attr: string): DashboardFilters {
  const parsed = Filters.safeParse(value)
  if (parsed.success) return parsed.data
  const { path, text } = mostTelling(parsed.error.issues)
  throw invalid(attr, `${[attr, ...path].join('.')}: ${asSentence(text)}`)
}

export interface Narrowing {
  /** The tile through which the insight is read. */
  readonly tile: InsightTile | null
  readonly filters: DashboardFilters | null
  readonly variables: Json | null
}

export const NOT_NARROWED: Narrowing = { tile: null, filters: null, variables: null }

export interface NarrowingParameters {
  readonly from_dashboard?: string | undefined
  readonly filters_override?: string | undefined
  readonly variables_override?: string | undefined
}

export interface Overrides {
  readonly filters: DashboardFilters | null
  readonly variables: Json | null
}

/** Reads the JSON texts of the query string. Throws 400 with `attr`. */
export function readOverrides(parameters: NarrowingParameters): Overrides {
  const filters = readJson(parameters, 'filters_override')
  return {
    filters: filters && checkFilters(filters, 'filters_override'),
    variables: readJson(parameters, 'variables_override'),
  }
}

function readJson(parameters: NarrowingParameters, name: 'filters_override' | 'variables_override'): Json | null {
  const text = parameters[name]
  if (!text) return null
  const wrong = () => invalid(name, `Invalid JSON passed in ${name} parameter`)
  const value = readInput(name, text, wrong)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong()
  return value as Json
}

/** A dashboard without a live tile of the insight is ignored. Overrides replace the dashboard's filters. */
export function narrowingOf(row: InsightRow, dashboard: string | undefined, overrides: Overrides): Narrowing {
  const tile = row.tiles.find(({ dashboard_id }) => String(dashboard_id) === dashboard) ?? null
  return {
    tile,
    filters:
      overrides.filters ?? (tile && { ...(tile.filters as object), ...(tile.filters_overrides as object | null) }),
    variables: mergeVariables(tile?.variables, overrides.variables),
  }
}

const mergeVariables = (own: unknown, override: Json | null): Json | null => {
  const merged = { ...(own as Json | undefined), ...override }
  return Object.keys(merged).length > 0 ? merged : null
}

/** Whether nothing narrows the insight. */
export const isEmpty = ({ filters, variables }: Narrowing) =>
  variables === null && (filters === null || Object.values(filters).every((value) => value == null))

/**
 * The query with the range, filters, breakdown and variables in it. A node gets those that its kind takes; of a wrapper
 * or a listing of actors it is the source that gets them.
 */
export function narrowQuery(query: unknown, narrowing: Narrowing): unknown {
  if (isEmpty(narrowing) || !isObject(query)) return query
  const { filters, variables } = narrowing
  const { kind } = query
  const dates = filters && (filters.date_from ?? filters.date_to) != null ? filters : null
  if (kind === 'HogQLQuery') {
    const own = (query.filters ?? {}) as Json
    return {
      ...query,
      ...(variables ? { variables: overVariables(query.variables, variables) } : {}),
      filters: {
        ...own,
        ...(dates ? { dateRange: range(own.dateRange, dates) } : {}),
        ...properties(own.properties, filters),
        ...(filters?.filterTestAccounts == null ? {} : { filterTestAccounts: filters.filterTestAccounts }),
      },
    }
  }
  if (kind === 'EventsQuery')
    return {
      ...query,
      ...(dates ? { after: dates.date_from ?? null, before: dates.date_to ?? null } : {}),
      ...properties(query.properties, filters),
    }
  if (isObject(query.source)) return { ...query, source: narrowQuery(query.source, narrowing) }
  const narrowed = {
    ...(dates ? { dateRange: range(query.dateRange, dates) } : {}),
    ...properties(query.properties, filters),
    ...(filters?.breakdown_filter ? { breakdownFilter: filters.breakdown_filter } : {}),
    ...(filters?.interval ? { interval: filters.interval } : {}),
    ...(filters?.filterTestAccounts == null ? {} : { filterTestAccounts: filters.filterTestAccounts }),
    // all of time has no time before it
    ...(dates?.date_from === 'all' && isObject(query.compareFilter)
      ? { compareFilter: { ...query.compareFilter, compare: false } }
      : {}),
  }
  return { ...query, ...Object.fromEntries(Object.entries(narrowed).filter(([key]) => takesKey(kind, key))) }
}

/** Replaces both ends of the date range; an absent end becomes null. */
const range = (own: unknown, { date_from, date_to, explicitDate }: DashboardFilters) => ({
  ...(own as Json | undefined),
  date_from: date_from ?? null,
  date_to: date_to ?? null,
  ...(explicitDate == null ? {} : { explicitDate }),
})

const isFilled = (value: unknown) =>
  Array.isArray(value) ? value.length > 0 : value != null && Object.keys(value as object).length > 0
const asGroup = (value: unknown) => (Array.isArray(value) ? { type: 'AND', values: value } : value)

function properties(own: unknown, filters: DashboardFilters | null): { properties?: unknown } {
  const added = filters?.properties
  if (!isFilled(added)) return {}
  return { properties: isFilled(own) ? { type: 'AND', values: [asGroup(own), asGroup(added)] } : added }
}

/** Replaces the values of the variables that the query has; other variables are ignored. */
function overVariables(own: unknown, override: Json): Json {
  return Object.fromEntries(
    Object.entries((own ?? {}) as Json).map(([id, variable]) => [
      id,
      Object.hasOwn(override, id) && override[id] ? { ...(variable as Json), ...(override[id] as Json) } : variable,
    ]),
  )
}
