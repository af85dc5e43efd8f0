import * as z from 'zod/mini'
import type { ForcedFilters } from '../core/forced-filters.ts'
import { MAX_NAME } from './bounds.ts'
import { OPERATORS } from './property-filter.ts'

const MOST_FILTERS = 20
const MOST_VALUES = 500
const MOST_CHARACTERS = 1_000

const Scalar = z.union([z.string().check(z.maxLength(MOST_CHARACTERS)), z.number(), z.boolean()])

const OWN = {
  key: z.string().check(z.minLength(1), z.maxLength(MAX_NAME)),
  operator: z.optional(z.enum(OPERATORS)),
  value: z.optional(z.union([Scalar, z.array(Scalar).check(z.minLength(1), z.maxLength(MOST_VALUES))])),
}
const WITHOUT_VALUE: readonly unknown[] = ['is_set', 'is_not_set']

const ForcedFilter = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('event'), ...OWN }),
    z.strictObject({ type: z.literal('person'), ...OWN }),
    z.strictObject({
      type: z.literal('group'),
      group_type_index: z.int().check(z.minimum(0), z.maximum(4)),
      ...OWN,
    }),
  ])
  .check(
    // a filter without a value would be none
    z.refine(({ operator, value }) => (value === undefined) === WITHOUT_VALUE.includes(operator), {
      path: ['value'],
      error: 'is_set and is_not_set take no value, every other operator takes one',
    }),
  )

/**
 * Forced filters as a token or a link has them. Anything that could be read as no filter is refused: unknown types and
 * keys, missing values, empty lists.
 */
export const ForcedFiltersSchema: z.ZodMiniType<ForcedFilters> = z
  .array(ForcedFilter)
  .check(z.maxLength(MOST_FILTERS)) as never
