import type { COLLECTED_FUNCTIONS } from '../../../tree/language/aggregates.ts'
import type { AggregateFunction, WindowFunction } from '../../../tree/language.ts'
import type { Printed } from './printed.ts'

/** Puts what belongs behind the call of the aggregate itself: the rows that count, the window. */
type Behind = (call: string, ...conditions: readonly string[]) => string
/** `distinct` is the word, or nothing; `order` is what the rows are in the order of, or nothing. */
interface Inside {
  readonly distinct: string
  readonly order: string
}
type Aggregate = (args: readonly string[], behind: Behind, inside: Inside) => string

const inOrder = (order: string): string => (order ? ` order by ${order}` : '')

const present = (args: readonly string[]): string[] => args.map((arg) => `${arg} is not null`)

/** Numbers are summed in a smaller scale, in which no sum is out of range. */
const summed = (x: string | undefined, behind: Behind, distinct: string): string =>
  `number_unscaled(${behind(`sum(${distinct}${x} * power(2::float8, -560))`)})`

const firstBy =
  (direction: string): Aggregate =>
  ([x, by = ''], behind, { order }) =>
    `(${behind(`array_agg(${x} order by ${by}${direction}${order ? `, ${order}` : ''})`, ...present([x ?? '', by]))})[1]`

const measured =
  (fn: string): Aggregate =>
  (args, behind, { distinct }) =>
    behind(`${fn}(${distinct}${args.map((arg) => `number_measured(${arg})`).join(', ')})`)

const bits =
  (fn: string): Aggregate =>
  ([x], behind) =>
    `${behind(`${fn}(number_bits(${x}))`)}::float8`

export const PRINTED_AGGREGATES: { readonly [F in AggregateFunction]: Aggregate } = {
  count: ([x = '*'], behind, { distinct }) => `${behind(`count(${distinct}${x})`)}::float8`,
  uniq: (args, behind) =>
    args.length === 1
      ? `${behind(`count(distinct ${args[0]})`)}::float8`
      : `${behind(`count(distinct (${args.join(', ')}))`, ...present(args))}::float8`,
  sum: ([x], behind, { distinct }) => `coalesce(${summed(x, behind, distinct)}, 0)`,
  sumOrNull: ([x], behind, { distinct }) => summed(x, behind, distinct),
  avg: ([x], behind, { distinct }) => `number_unscaled(${behind(`avg(${distinct}${x} * power(2::float8, -560))`)})`,
  min: ([x], behind) => behind(`min(${x})`),
  max: ([x], behind) => behind(`max(${x})`),
  any: ([x], behind, { order }) => behind(`first_of(${x}${inOrder(order)})`),
  anyLast: ([x], behind, { order }) => behind(`last_of(${x}${inOrder(order)})`),
  anyHeavy: ([x], behind) => behind(`mode() within group (order by ${x})`),
  argMin: firstBy(''),
  argMax: firstBy(' desc'),
  groupArray: ([x = ''], behind, { distinct, order }) =>
    `coalesce(${behind(`jsonb_agg(${distinct}${x}${inOrder(order)})`, ...present([x]))}, '[]')`,
  groupUniqArray: ([x = ''], behind) => `coalesce(${behind(`jsonb_agg(distinct ${x})`, ...present([x]))}, '[]')`,
  groupConcat: ([x, separator], behind, { distinct, order }) =>
    `text_list(${behind(`string_agg(${distinct}${x}, ${separator}${inOrder(order)})`)})`,
  quantile: ([x, level], behind) => behind(`percentile_cont(${level}) within group (order by ${x})`),
  quantileExact: ([x = '', level], behind) =>
    `number_at(${behind(`array_agg(${x} order by ${x})`, ...present([x]))}, ${level})`,
  quantileExactLow: ([x, level], behind) => behind(`percentile_disc(${level}) within group (order by ${x})`),
  stddevPop: measured('stddev_pop'),
  stddevSamp: measured('stddev_samp'),
  varPop: measured('var_pop'),
  varSamp: measured('var_samp'),
  covarPop: measured('covar_pop'),
  covarSamp: measured('covar_samp'),
  corr: measured('corr'),
  slope: ([x = '', y = ''], behind, inside) => measured('regr_slope')([y, x], behind, inside),
  intercept: ([x = '', y = ''], behind, inside) => measured('regr_intercept')([y, x], behind, inside),
  avgWeighted: ([x = '', weight = ''], behind) => {
    const [measure, by] = [`number_measured(${x})`, `number_measured(${weight})`]
    return `number_divide(${behind(`sum(${measure} * ${by})`)}, ${behind(`sum(${by})`, ...present([x]))})`
  },
  groupBitAnd: bits('bit_and'),
  groupBitOr: bits('bit_or'),
  groupBitXor: bits('bit_xor'),
  every: ([x], behind) => behind(`bool_and(${x})`),
  some: ([x], behind) => behind(`bool_or(${x})`),
}

export const PRINTED_COLLECTED: Printed<typeof COLLECTED_FUNCTIONS> = {
  aggregateOf: (args) => `aggregate_json(${args.join(', ')})`,
  aggregateEach: (args) => `aggregate_each(${args.join(', ')})`,
  aggregateValues: (args) => `aggregate_values(${args.join(', ')})`,
  aggregatePairs: (args) => `aggregate_pairs(${args.join(', ')})`,
  flattened: ([lists]) => `jsonb_path_query_array(${lists}, '$[*][*]')`,
  boundedList: ([list]) => `json_list(${list})`,
  firstElements: (args) => `json_first(${args.join(', ')})`,
  atLeast: ([pairs]) => `json_at_end(${pairs}, false)`,
  atMost: ([pairs]) => `json_at_end(${pairs}, true)`,
  windowFunnel: (args) => `window_funnel(${args.join(', ')})`,
  comparable: ([x]) => `nullif(${x}, 'NaN')`,
}

type OverWindow = (args: readonly string[], behind: Behind) => string

const ranked =
  (fn: string): OverWindow =>
  (_, behind) =>
    `${behind(`${fn}()`)}::float8`
const ofRow =
  (fn: string): OverWindow =>
  (args, behind) =>
    behind(`${fn}(${args.join(', ')})`)

export const PRINTED_WINDOW_FUNCTIONS: { readonly [F in WindowFunction]: OverWindow } = {
  row_number: ranked('row_number'),
  rank: ranked('rank'),
  dense_rank: ranked('dense_rank'),
  percent_rank: ranked('percent_rank'),
  cume_dist: ranked('cume_dist'),
  ntile: ([count], behind) => `${behind(`ntile(${count})`)}::float8`,
  first_value: ofRow('first_value'),
  last_value: ofRow('last_value'),
  nth_value: ofRow('nth_value'),
  lag: ofRow('lag'),
  lead: ofRow('lead'),
}
