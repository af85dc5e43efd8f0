import * as z from 'zod'
import { type RefreshMode, readRefresh } from '../../../lib/cache/policy.ts'
import { parseError } from '../../../lib/core/errors.ts'
import type { InsightInput } from '../../../lib/resources/insights/change.ts'
import { bool, int32, list, nullable, text } from '../../fields.ts'

const LENGTH = 400

/** Null, or an object whose kind is checked when it is stored. */
const query = z.unknown().transform((value): unknown => {
  if (value === null || value === '' || value === undefined) return null
  if (typeof value !== 'object' || Array.isArray(value)) throw parseError('query: Input should be an object.')
  return value
})

/** What a client may write; other keys are ignored. */
export const insightBody = z.object({
  name: nullable(text(LENGTH)).optional(),
  derived_name: nullable(text(LENGTH)).optional(),
  description: nullable(text(LENGTH)).optional(),
  filters: z.unknown().optional(),
  query: query.optional(),
  order: nullable(int32).optional(),
  deleted: bool.optional(),
  favorited: bool.optional(),
  saved: bool.optional(),
  tags: list(text()).optional(),
  dashboards: nullable(list(int32)).optional(),
  refresh: z.unknown().optional(),
})

export type InsightBody = z.infer<typeof insightBody>

/** The given fields only. */
export function changesOf({ refresh: _refresh, dashboards, ...fields }: InsightBody): InsightInput {
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
  return dashboards === undefined ? given : { ...given, dashboards: dashboards ?? [] }
}

/** How an insight is read. */
export const readQuery = z.object({
  refresh: z.string().optional(),
  basic: z.string().optional(),
  client_query_id: z.string().optional(),
  from_dashboard: z.string().optional(),
  filters_override: z.string().optional(),
  variables_override: z.string().optional(),
})
export type ReadQuery = z.infer<typeof readQuery>

/** From the query string first, else from the body. */
export const modeOf = (query: ReadQuery, body?: InsightBody): RefreshMode => readRefresh(query.refresh ?? body?.refresh)

/** A parameter that is on. */
export const isOn = (word: string | undefined): boolean => /^(y|yes|t|true|on|1)$/i.test(word ?? '')

/** `refresh` of the legacy endpoints. */
export const isTruthy = (value: unknown): boolean => value === true || /^(true|1|yes)$/i.test(String(value ?? ''))
