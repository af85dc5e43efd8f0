/** Examples as the OpenAPI document shows them. */
import { isObject, type Json } from '../lib/core/json.ts'
import { type Earlier, type Example, examples, operationName, USUAL_PARAMS } from './examples.ts'
import type { Route } from './route.ts'

/** The example of a route, with the parameters that mean the same everywhere. */
export function exampleOf(route: Route): Example {
  const example = examples.get(operationName(route)) ?? {}
  return { ...example, params: { ...USUAL_PARAMS, ...example.params } }
}

const isEarlier = (value: unknown): value is Earlier => isObject(value) && 'of' in value && 'at' in value

const inWords = ({ of, at }: Earlier): string => `\`${at}\` of the answer of \`${of}\``

/** What the page fills in for a parameter, or where its value is to be found. */
export function sample(value: string | Earlier | undefined, description = ''): Json {
  const said = isEarlier(value) ? [description, `Such as ${inWords(value)}.`].filter(Boolean).join(' ') : description
  return { ...(said ? { description: said } : {}), ...(typeof value === 'string' ? { example: value } : {}) }
}

/** A body; for values of earlier answers it says where they are. */
export function filledIn(value: unknown): unknown {
  if (isEarlier(value)) return `(${inWords(value)})`
  if (Array.isArray(value)) return value.map(filledIn)
  return isObject(value)
    ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, filledIn(inner)]))
    : value
}
