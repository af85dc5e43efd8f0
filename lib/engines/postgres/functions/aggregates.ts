import type { AggregateFunction, WindowFunction } from '../../../tree/language.ts'

/** `of` puts what belongs behind the call of the aggregate itself: the rows that count, the window. */
type Aggregate = (args: readonly string[], of: (call: string) => string) => string

export const PRINTED_AGGREGATES: { readonly [F in AggregateFunction]: Aggregate } = {
  count: ([x = '*'], of) => `${of(`count(${x})`)}::float8`,
  sum: ([x], of) => `number_unscaled(${of(`sum(${x} * power(2::float8, -560))`)})`,
  avg: ([x], of) => `number_unscaled(${of(`avg(${x} * power(2::float8, -560))`)})`,
  min: ([x], of) => of(`min(${x})`),
  max: ([x], of) => of(`max(${x})`),
  groupArray: ([x], of) => `coalesce(${of(`jsonb_agg(${x})`)}, '[]')`,
}

export const PRINTED_WINDOW_FUNCTIONS: { readonly [F in WindowFunction]: Aggregate } = {
  row_number: (_, of) => `${of('row_number()')}::float8`,
  rank: (_, of) => `${of('rank()')}::float8`,
  dense_rank: (_, of) => `${of('dense_rank()')}::float8`,
  first_value: ([x], of) => of(`first_value(${x})`),
  last_value: ([x], of) => of(`last_value(${x})`),
}
