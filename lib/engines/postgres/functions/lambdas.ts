import type { LambdaFunction } from '../../../tree/language.ts'

interface Elements {
  /** A source that has a row for each element: `value_1` and so on, `index`. */
  readonly rows: string
  /** The columns of the source; the value is JSON or what makes the same JSON. */
  readonly value: string
  readonly index: string
  /** What is computed for each element. */
  readonly body: string
  readonly alias: string
  /** Of a fold: its arrays, and whether their elements are read as texts. */
  readonly arrays: readonly string[]
  readonly areTexts: readonly boolean[]
  /** What a fold begins with. */
  readonly initial: string | undefined
}

/** The rows of the source come in the order of the elements, and no sort is as quick as none. */
const inOrder = (of: string, rows: string) => `(select coalesce(jsonb_agg(${of}), '[]') from ${rows})`

/** The elements whose groups the window counts. */
const groups = ({ rows, value, index }: Elements, count: string) =>
  `(select ${value} as "e", ${index} as "i", ${count} as "g" from ${rows}) as "grouped"`

/** A part for each group of elements. */
const parts = (elements: Elements, count: string) =>
  `(select coalesce(jsonb_agg("part" order by "g"), '[]') from ` +
  `(select "g", jsonb_agg("e" order by "i") as "part" from ${groups(elements, count)} group by "g") as "parts")`

/** Each element as the one that its group begins with, or ends in. */
const filled = (elements: Elements, count: string, direction: '' | ' desc') =>
  `(select coalesce(jsonb_agg("e" order by "i"), '[]') from ` +
  `(select "i", first_value("e") over (partition by "g" order by "i"${direction}) as "e" from ${groups(elements, count)}) as "filled")`

const SCALE = 'power(2::float8, -560)'

/** Functions that do not ask where an element is. */
export const UNNUMBERED: ReadonlySet<LambdaFunction> = new Set<LambdaFunction>([
  'arrayMap',
  'arrayFilter',
  'arrayCount',
  'arrayExists',
  'arrayAll',
  'arraySum',
  'arrayAvg',
  'arrayMin',
  'arrayMax',
])

/** Functions that give elements of their first array. */
export const GIVING_ELEMENTS: ReadonlySet<LambdaFunction> = new Set<LambdaFunction>([
  'arrayFilter',
  'arrayFirst',
  'arrayLast',
  'arraySort',
  'arrayReverseSort',
  'arrayFill',
  'arrayReverseFill',
  'arraySplit',
  'arrayReverseSplit',
])

export const PRINTED_LAMBDAS: { readonly [F in LambdaFunction]: (elements: Elements) => string } = {
  arrayMap: ({ rows, body }) => inOrder(body, rows),
  arrayFilter: ({ rows, value, body }) => inOrder(value, `${rows} where ${body}`),
  arrayCount: ({ rows, body }) => `(select count(*)::float8 from ${rows} where ${body})`,
  arrayExists: ({ rows, body }) => `exists (select from ${rows} where ${body})`,
  arrayAll: ({ rows, body }) => `(not exists (select from ${rows} where (${body}) is not true))`,
  arrayFirst: ({ rows, value, index, body }) =>
    `(select to_jsonb(${value}) from ${rows} where ${body} order by ${index} limit 1)`,
  arrayLast: ({ rows, value, index, body }) =>
    `(select to_jsonb(${value}) from ${rows} where ${body} order by ${index} desc limit 1)`,
  arrayFirstIndex: ({ rows, index, body }) => `(select coalesce(min(${index}), 0)::float8 from ${rows} where ${body})`,
  arrayLastIndex: ({ rows, index, body }) => `(select coalesce(max(${index}), 0)::float8 from ${rows} where ${body})`,
  arraySum: ({ rows, body }) => `(select coalesce(number_unscaled(sum(${body} * ${SCALE})), 0) from ${rows})`,
  arrayAvg: ({ rows, body }) => `(select number_unscaled(avg(${body} * ${SCALE})) from ${rows})`,
  arrayMin: ({ rows, body }) => `(select to_jsonb(min(${body})) from ${rows})`,
  arrayMax: ({ rows, body }) => `(select to_jsonb(max(${body})) from ${rows})`,
  arraySort: ({ rows, value, index, body }) =>
    `(select coalesce(jsonb_agg(${value} order by ${body}, ${index}), '[]') from ${rows})`,
  arrayReverseSort: ({ rows, value, index, body }) =>
    `(select coalesce(jsonb_agg(${value} order by ${body} desc nulls last, ${index}), '[]') from ${rows})`,
  arrayFill: (elements) =>
    filled(elements, `count(*) filter (where ${elements.body}) over (order by ${elements.index})`, ''),
  arrayReverseFill: (elements) =>
    filled(elements, `count(*) filter (where ${elements.body}) over (order by ${elements.index} desc)`, ' desc'),
  arraySplit: (elements) =>
    parts(
      elements,
      `count(*) filter (where ${elements.index} > 1 and (${elements.body})) over (order by ${elements.index})`,
    ),
  arrayReverseSplit: (elements) =>
    parts(
      elements,
      `count(*) filter (where ${elements.body}) over (order by ${elements.index} rows between unbounded preceding and 1 preceding)`,
    ),
  arrayFold: ({ arrays, areTexts, alias, body, initial }) => {
    const values = arrays.map(
      (_, i) => `"folded "."array_${i + 1}" ${areTexts[i] ? '->>' : '->'} "fold "."index"::int4 as "value_${i + 1}"`,
    )
    return (
      `(with recursive "folded " as materialized (select ${arrays.map((array, i) => `${array} as "array_${i + 1}"`).join(', ')}), ` +
      `"fold "("index", "accumulator") as (select 0::int8, ${initial} union all ` +
      `select "fold "."index" + 1, ${body} from "fold ", "folded ", ` +
      `lateral (select ${values.join(', ')}, "fold "."index" + 1 as "index", "fold "."accumulator") as ${alias} ` +
      `where "fold "."index" < jsonb_array_length("folded "."array_1")) ` +
      `select "accumulator" from "fold " order by "index" desc limit 1)`
    )
  },
}
