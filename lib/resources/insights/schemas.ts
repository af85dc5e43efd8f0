/** The inputs of the use cases that read and write one insight. */
import * as z from 'zod'
import { parseError } from '../../core/errors.ts'
import { withoutUndefined } from '../../core/json.ts'
import type { InsightChanges } from '../../store/insight-changes.ts'
import { bool, int32, list, nullable, queryId, REFRESH, tagList, text } from '../fields.ts'

const LENGTH = 400
const MAX_DASHBOARDS = 300

/** Null or an object; its kind is checked when it is stored. */
const query = z
  .unknown()
  .transform((value): unknown => {
    if (value === null || value === '' || value === undefined) return null
    if (typeof value !== 'object' || Array.isArray(value)) throw parseError('query: Input should be an object.')
    return value
  })
  .meta({ type: ['object', 'null'], description: 'A query node, e.g. an InsightVizNode around a TrendsQuery.' })

/** What a client may write; other keys are ignored. */
export const insightBody = z.object({
  name: nullable(text(LENGTH)).optional(),
  derived_name: nullable(text(LENGTH)).optional(),
  description: nullable(text(LENGTH)).optional(),
  filters: z.unknown().optional().meta({ description: 'Legacy filters.' }),
  query: query.optional(),
  order: nullable(int32).optional(),
  deleted: bool.optional(),
  favorited: bool.optional(),
  saved: bool.optional(),
  tags: tagList.optional(),
  dashboards: nullable(list(int32, MAX_DASHBOARDS)).optional(),
  refresh: z.unknown().optional().meta({ description: REFRESH }),
})

export type InsightBody = z.infer<typeof insightBody>

export interface InsightInput extends InsightChanges {
  /** The whole new set of dashboards; absent = as it is. */
  readonly dashboards?: readonly number[]
}

/** The fields that the body has. */
export function changesOf({ refresh: _refresh, dashboards, ...fields }: InsightBody): InsightInput {
  return { ...withoutUndefined(fields), ...(dashboards === undefined ? {} : { dashboards: dashboards ?? [] }) }
}

/** How an insight is read. */
export const readParameters = z.object({
  refresh: z.string().meta({ description: REFRESH }).optional(),
  basic: z.string().meta({ description: 'true: without results and dashboards.' }).optional(),
  client_query_id: queryId.optional(),
  from_dashboard: z.string().meta({ description: 'Id of a dashboard whose filters count.' }).optional(),
  filters_override: z.string().meta({ description: 'Dashboard filters as JSON.' }).optional(),
  variables_override: z.string().meta({ description: 'Variables as JSON.' }).optional(),
})
export type ReadParameters = z.infer<typeof readParameters>
