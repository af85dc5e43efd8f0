/** zod fields that refuse with the codes and texts of docs/insights.md 2; `parseInput` turns them into the envelope. */

import * as z from 'zod/mini'
import { invalid } from '../core/errors.ts'
import { MAX_INT } from '../core/ids.ts'
import { textOf } from '../core/input.ts'
import { asSentence, FIELD_REQUIRED, mostTelling } from '../core/issue-texts.ts'
import { notAChoice } from '../core/nearest.ts'
import { REFRESH_MODES } from '../refresh/policy.ts'

type Check<T> = (value: unknown) => { readonly value: T } | { readonly code: string; readonly detail: string }

/** JSON Schema of the values that a field takes; a part of it may be a schema of ours, which the OpenAPI document resolves. */
type Described = Readonly<Record<string, unknown>>

/** A field from one function; `null` and absence are handled by `nullable` and `.optional()`. */
function field<T>(check: Check<T>, described: Described) {
  const schema = z.pipe(
    z.unknown(),
    z.transform((value, context): T => {
      const result = value === undefined ? REQUIRED : value === null ? NULL : check(value)
      if ('value' in result) return result.value
      context.issues.push({ code: 'custom', input: value, message: result.detail, params: { code: result.code } })
      return z.NEVER
    }),
  )
  return schema.check(z.meta(described))
}

const REQUIRED = { code: 'required', detail: 'This field is required.' } as const
const NULL = { code: 'null', detail: 'This field may not be null.' } as const
const no = (code: string, detail: string) => ({ code, detail })

/** Text of at most `max` characters; numbers become text. */
export const text = (max?: number, options: { blank?: boolean } = {}) =>
  field(
    (value) => {
      const trimmed = textOf(value)?.trim()
      if (trimmed === undefined) return no('invalid_input', 'Not a valid string.')
      if (trimmed.includes('\u0000')) return no('null_characters_not_allowed', 'Null characters are not allowed.')
      if (trimmed === '' && options.blank === false) return no('blank', 'This field may not be blank.')
      if (max !== undefined && trimmed.length > max)
        return no('max_length', `Ensure this field has no more than ${max} characters.`)
      return { value: trimmed }
    },
    {
      type: 'string',
      ...(max === undefined ? {} : { maxLength: max }),
      ...(options.blank === false ? { minLength: 1 } : {}),
    },
  )

const TRUE = [true, 1, '1', 'true', 'True', 'TRUE', 't', 'T', 'yes', 'Yes', 'y', 'Y', 'on', 'On']
const FALSE = [false, 0, '0', 'false', 'False', 'FALSE', 'f', 'F', 'no', 'No', 'n', 'N', 'off', 'Off']

export const bool = field(
  (value) =>
    TRUE.includes(value as never)
      ? { value: true }
      : FALSE.includes(value as never)
        ? { value: false }
        : no('invalid_input', 'Must be a valid boolean.'),
  { type: 'boolean' },
)

/** A whole number from `min` to `max`. */
export const bounded = (min: number, max: number) =>
  field(
    (value) => {
      const text = textOf(value)?.trim() ?? ''
      if (!/^-?\d{1,20}(\.0{1,20})?$/.test(text)) return no('invalid_input', 'A valid integer is required.')
      const number = Number(text)
      if (number > max) return no('max_value', `Ensure this value is less than or equal to ${max}.`)
      if (number < min) return no('min_value', `Ensure this value is greater than or equal to ${min}.`)
      return { value: number }
    },
    { type: 'integer', minimum: min, maximum: max },
  )

/** A whole number from `min` to the largest of four bytes. */
export const int32From = (min: number) => bounded(min, MAX_INT)

export const int32 = int32From(-MAX_INT - 1)

const INSTANT = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)$/

/** An instant with its time zone -> ISO 8601 in UTC. */
export const instant = field(
  (value) => {
    const instant = typeof value === 'string' && INSTANT.test(value.trim()) ? Date.parse(value.trim()) : Number.NaN
    return Number.isNaN(instant)
      ? no('invalid_input', 'An instant with its time zone is wanted, such as 2030-01-31T12:00:00Z.')
      : { value: new Date(instant).toISOString() }
  },
  { type: 'string', format: 'date-time' },
)

const ID = /^\P{Cc}{1,200}$/u

/** For the OpenAPI document. */
export const REFRESH = `One of ${REFRESH_MODES.join(', ')}.`

/** How many seconds old a result may be. */
export const maxAge = int32From(5).check(z.meta({ description: 'How many seconds old the result may be.' }))

/** In a query string: how fresh a result is wanted. */
export const refreshParameters = {
  refresh: z.optional(z.string().check(z.meta({ description: REFRESH }))),
  max_age: z.optional(maxAge),
}

/** The id that a client gives a computation; an empty one is none. */
export const queryId = z
  .pipe(
    z.unknown(),
    z.transform((value, context): string | undefined => {
      if (value === undefined || value === null || value === '') return undefined
      const id = textOf(value)
      if (id !== undefined && ID.test(id)) return id
      const message = 'This may hold 200 characters at most, none of them a control character.'
      context.issues.push({ code: 'custom', input: value, message, params: { code: 'invalid_input' } })
      return z.NEVER
    }),
  )
  .check(z.meta({ type: 'string', maxLength: 200, description: 'The id that a background run shall have.' }))

/** A JSON object, kept as it is. */
export const object = field(
  (value) =>
    typeof value === 'object' && !Array.isArray(value)
      ? { value: value as Readonly<Record<string, unknown>> }
      : no('invalid_input', `Expected a dictionary of items but got type "${pythonType(value)}".`),
  { type: 'object' },
)

/** Any value but none; `missing`: what is said if there is none. */
export const anything = (missing: string) =>
  z.pipe(
    z.unknown(),
    z.transform((value, context): unknown => {
      if (value !== undefined) return value
      context.issues.push({ code: 'custom', input: value, message: missing, params: { code: 'required' } })
      return z.NEVER
    }),
  )

const MAX_LIST = 1_000

/** A list of at most `max` items that each pass `item`. */
export const list = <T>(item: z.ZodMiniType<T>, max = MAX_LIST) =>
  z
    .pipe(
      z.unknown(),
      z.transform((value, context): T[] => {
        const problem =
          value === undefined
            ? REQUIRED
            : value === null
              ? NULL
              : !Array.isArray(value)
                ? no('not_a_list', `Expected a list of items but got type "${pythonType(value)}".`)
                : value.length > max
                  ? no('max_length', `Ensure this field has no more than ${max} elements.`)
                  : undefined
        if (problem) {
          context.issues.push({ code: 'custom', input: value, message: problem.detail, params: { code: problem.code } })
          return z.NEVER
        }
        return (value as unknown[]).flatMap((entry, index) => {
          const parsed = item.safeParse(entry)
          if (parsed.success) return [parsed.data]
          for (const issue of parsed.error.issues)
            context.issues.push({ ...issue, input: entry, path: [index, ...issue.path] } as never)
          return []
        })
      }),
    )
    .check(z.meta({ type: 'array', maxItems: max, items: item }))

export const tagList = list(text(255), 100)

export const choice = <const T extends string | number>(choices: readonly T[]) =>
  field<T>(
    (value) =>
      choices.includes(value as T) ? { value: value as T } : no('invalid_choice', notAChoice(value, choices)),
    { enum: [...choices] },
  )

/** `null` stays null. */
export const nullable = <T>(schema: z.ZodMiniType<T>) =>
  z
    .pipe(
      z.unknown(),
      z.transform((value, context): T | null => {
        if (value === null) return null
        const parsed = schema.safeParse(value)
        if (parsed.success) return parsed.data
        for (const issue of parsed.error.issues) context.issues.push({ ...issue, input: value } as never)
        return z.NEVER
      }),
    )
    .check(z.meta({ anyOf: [schema, { type: 'null' }] }))

const pythonType = (value: unknown) =>
  typeof value === 'string'
    ? 'str'
    : typeof value === 'number'
      ? Number.isInteger(value)
        ? 'int'
        : 'float'
      : typeof value === 'boolean'
        ? 'bool'
        : 'dict'

/** Whether the text of a parameter means yes. */
export const isOn = (word: string | undefined): boolean => /^(y|yes|t|true|on|1)$/i.test(word ?? '')

/** Validated input. Throws a 400 with the first field's error, nested keys joined by `__`. */
export function parseInput<T>(schema: z.ZodMiniType<T> | undefined, input: unknown): T {
  if (!schema) return undefined as T
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  const { path, text, issue } = mostTelling(parsed.error.issues.slice(0, 1))
  const attr = path.length > 0 ? path.join('__') : null
  if (text === FIELD_REQUIRED) throw invalid(attr, REQUIRED.detail, REQUIRED.code)
  const code = issue.code === 'custom' ? (issue.params as { code?: string } | undefined)?.code : undefined
  throw invalid(attr, asSentence(text), code)
}
