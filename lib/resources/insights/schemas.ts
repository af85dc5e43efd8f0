/** The inputs of the use cases that read and write one insight. */
import * as z from 'zod/mini'
import { parseError } from '../../core/errors.ts'
import { withoutUndefined } from '../../core/json.ts'
import { DAYS } from '../../render/csv.ts'
import type { InsightChanges } from '../../store/insight-changes.ts'
import {
  bool,
  choice,
  int32,
  int32From,
  list,
  maxAge,
  nullable,
  queryId,
  REFRESH,
  refreshParameters,
  tagList,
  text,
} from '../fields.ts'

const LENGTH = 400
const MAX_DASHBOARDS = 300

/** Seconds between two refreshes that nobody asks for. */
const refreshInterval = int32From(60)

/** Null or an object; its kind is checked when it is stored. */
const query = z
  .pipe(
    z.unknown(),
    z.transform((value): unknown => {
      if (value === null || value === '' || value === undefined) return null
      if (typeof value !== 'object' || Array.isArray(value)) throw parseError('query: Input should be an object.')
      return value
    }),
  )
  .check(
    z.meta({ type: ['object', 'null'], description: 'A query node, e.g. an InsightVizNode around a TrendsQuery.' }),
  )

/** What a client may write; other keys are ignored. */
export const insightBody = z.object({
  name: z.optional(nullable(text(LENGTH))),
  derived_name: z.optional(nullable(text(LENGTH))),
  description: z.optional(nullable(text(LENGTH))),
  filters: z.optional(z.unknown()).check(z.meta({ description: 'Legacy filters.' })),
  query: z.optional(query),
  order: z.optional(nullable(int32)),
  deleted: z.optional(bool),
  favorited: z.optional(bool),
  saved: z.optional(bool),
  tags: z.optional(tagList),
  refresh_interval: z.optional(nullable(refreshInterval)),
  dashboards: z.optional(nullable(list(int32, MAX_DASHBOARDS))),
  refresh: z.optional(z.unknown()).check(z.meta({ description: REFRESH })),
  max_age: z.optional(maxAge),
})

export type InsightBody = z.infer<typeof insightBody>

export interface InsightInput extends InsightChanges {
  /** The whole new set of dashboards; absent = as it is. */
  readonly dashboards?: readonly number[]
}

/** The fields that the body has. */
export function changesOf({ refresh: _refresh, max_age: _maxAge, dashboards, ...fields }: InsightBody): InsightInput {
  return { ...withoutUndefined(fields), ...(dashboards === undefined ? {} : { dashboards: dashboards ?? [] }) }
}

/** How an insight is read. */
export const readParameters = z.object({
  ...refreshParameters,
  days: z
    .optional(choice(DAYS))
    .check(z.meta({ description: 'In CSV, `iso`: columns of days are such as 2026-01-31.' })),
  basic: z.optional(z.string().check(z.meta({ description: 'true: without results and dashboards.' }))),
  client_query_id: z.optional(queryId),
  from_dashboard: z.optional(z.string().check(z.meta({ description: 'Id of a dashboard whose filters count.' }))),
  filters_override: z.optional(z.string().check(z.meta({ description: 'Dashboard filters as JSON.' }))),
  variables_override: z.optional(z.string().check(z.meta({ description: 'Variables as JSON.' }))),
})
export type ReadParameters = z.infer<typeof readParameters>
