import * as z from 'zod'
import { parseError } from '../../../lib/core/errors.ts'
import type { InsightChanges } from '../../../lib/store/insights.ts'
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
export function changesOf({ refresh: _refresh, dashboards: _dashboards, ...fields }: InsightBody): InsightChanges {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

/** `refresh` of the legacy endpoints. */
export const isTruthy = (value: unknown): boolean => value === true || /^(true|1|yes)$/i.test(String(value ?? ''))
