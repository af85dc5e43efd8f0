/**
 * The functions that queries of clients have beside those of functions.ts, by name, each with what it gives. They are called
 * what HogQL calls them and take what it takes, in its order, so that they can be written as they are. Arrays, tuples and maps
 * are JSON: arrays and tuples are JSON arrays, maps are JSON arrays
 * of pairs.
 */
import { COLLECTED_FUNCTIONS } from './language/aggregates.ts'
import { ARRAY_FUNCTIONS } from './language/arrays.ts'
import { CONDITIONAL_FUNCTIONS } from './language/conditionals.ts'
import { DATE_FUNCTIONS } from './language/dates.ts'
import { JSON_FUNCTIONS } from './language/json.ts'
import { NUMBER_FUNCTIONS } from './language/numbers.ts'
import { TEXT_FUNCTIONS } from './language/text.ts'
import { URL_FUNCTIONS } from './language/urls.ts'
import { VALUE_FUNCTIONS } from './language/values.ts'

export const LANGUAGE_FUNCTIONS = {
  ...VALUE_FUNCTIONS,
  ...COLLECTED_FUNCTIONS,
  ...TEXT_FUNCTIONS,
  ...URL_FUNCTIONS,
  ...NUMBER_FUNCTIONS,
  ...CONDITIONAL_FUNCTIONS,
  ...DATE_FUNCTIONS,
  ...ARRAY_FUNCTIONS,
  ...JSON_FUNCTIONS,
} as const
export type LanguageFunction = keyof typeof LANGUAGE_FUNCTIONS

export {
  AGGREGATE_FUNCTIONS,
  type AggregateFunction,
  WINDOW_FUNCTIONS,
  type WindowFunction,
} from './language/aggregates.ts'
export { LAMBDA_FUNCTIONS, type LambdaFunction } from './language/lambdas.ts'
export { PATTERN_FUNCTIONS, type PatternFunction } from './language/patterns.ts'
