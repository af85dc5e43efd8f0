import type { LambdaFunction } from '../../../tree/language.ts'

interface Elements {
  /** A source that has a row for each element: `value_1` and so on, `index`. */
  readonly rows: string
  /** The columns of the source. */
  readonly value: string
  readonly index: string
  /** What is computed for each element. */
  readonly body: string
}

export const PRINTED_LAMBDAS: { readonly [F in LambdaFunction]: (elements: Elements) => string } = {
  arrayMap: ({ rows, index, body }) => `(select coalesce(jsonb_agg(${body} order by ${index}), '[]') from ${rows})`,
  arrayFilter: ({ rows, value, index, body }) =>
    `(select coalesce(jsonb_agg(${value} order by ${index}), '[]') from ${rows} where ${body})`,
  arrayCount: ({ rows, body }) => `(select count(*)::float8 from ${rows} where ${body})`,
}
