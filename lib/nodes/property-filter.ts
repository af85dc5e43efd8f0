import * as z from 'zod/mini'
import { MAX_TEXT, MAX_VALUES } from './bounds.ts'

export const OPERATORS = [
  'exact',
  'is_not',
  'icontains',
  'not_icontains',
  'regex',
  'not_regex',
  'gt',
  'gte',
  'lt',
  'lte',
  'min',
  'max',
  'between',
  'not_between',
  'is_set',
  'is_not_set',
  'is_date_exact',
  'is_date_before',
  'is_date_after',
  'in',
  'not_in',
] as const
export type Operator = (typeof OPERATORS)[number]

const PROPERTY_TYPES = [
  'event',
  'person',
  'cohort',
  'group',
  'session',
  'element',
  'event_metadata',
  'feature',
  'hogql',
  'recording',
  'data_warehouse',
  'data_warehouse_person_property',
] as const

const FilterScalar = z.union([z.string().check(z.maxLength(MAX_TEXT)), z.number(), z.boolean()])

/** One filter as clients send it. An empty object is a filter that the user has not filled in yet. */
export const PropertyFilter = z.strictObject({
  key: z.nullish(z.union([z.string().check(z.maxLength(MAX_TEXT)), z.number()])),
  value: z.nullish(z.union([FilterScalar, z.array(z.nullable(FilterScalar)).check(z.maxLength(MAX_VALUES))])),
  operator: z.nullish(z.enum(OPERATORS)),
  type: z.nullish(z.enum(PROPERTY_TYPES)),
  group_type_index: z.nullish(z.int()),
  label: z.nullish(z.string()),
  cohort_name: z.nullish(z.string()),
})
export type PropertyFilter = z.infer<typeof PropertyFilter>

export interface PropertyGroup {
  type: 'AND' | 'OR'
  values: (PropertyGroup | PropertyFilter)[]
}

const isGroup = (candidate: unknown) =>
  typeof candidate === 'object' && candidate !== null && 'values' in candidate && !('key' in candidate)

export const PropertyGroup: z.ZodMiniType<PropertyGroup> = z.lazy(() =>
  z.strictObject({
    type: z.enum(['AND', 'OR']),
    values: z.array(dispatch<PropertyGroup | PropertyFilter>(isGroup, PropertyGroup, PropertyFilter)),
  }),
)

/** `properties` of a query: a list, which means AND, or a group. */
export const Properties = dispatch<PropertyGroup | PropertyFilter[]>(
  (candidate) => !Array.isArray(candidate),
  PropertyGroup,
  z.array(PropertyFilter),
)
export type Properties = z.infer<typeof Properties>

/**
 * Chooses one of two schemas by a test of the value. Unlike a union of zod, its errors name the path inside the value.
 */
function dispatch<T>(test: (candidate: unknown) => boolean, yes: z.ZodMiniType, no: z.ZodMiniType): z.ZodMiniType<T> {
  return z.pipe(
    z.unknown(),
    z.transform((candidate, context) => {
      const parsed = (test(candidate) ? yes : no).safeParse(candidate)
      if (parsed.success) return parsed.data as T
      for (const issue of parsed.error.issues) context.issues.push({ ...issue, input: candidate } as never)
      return z.NEVER
    }),
  ) as unknown as z.ZodMiniType<T>
}
