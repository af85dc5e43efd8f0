/** The aggregates that names are made of: what they take, what they give, what they are in the tree. */
import type { AggregateFunction } from '../../tree/language.ts'
import type { ValueInfo } from '../rules.ts'
import { arrayOf } from '../values.ts'

/** `number`: texts of properties are read as numbers. `ordered`: something that is less or more than another. */
export type Takes = 'any' | 'number' | 'ordered' | 'text' | 'condition'
export interface Base {
  readonly min: number
  readonly max: number
  /** Of each argument; the last one stands for those that follow. */
  readonly takes: readonly Takes[]
  /** Numbers in brackets of their own: how many, and from where to where. */
  readonly params?: { readonly min: number; readonly max: number; readonly least: number; readonly most: number }
  readonly gives: (infos: readonly ValueInfo[], params: readonly number[]) => ValueInfo
  /** What the aggregate of no rows is, where arguments are never null. `never`: the function says it itself, of null arguments, too. */
  readonly ofNothing: 'null' | 'zero' | 'never'
  /** In the tree, over a group. */
  readonly fn?: AggregateFunction
  /** Over a window, too. */
  readonly standsOverWindows?: boolean
  /** Its name as a function of an array of its arguments; none: it stands over rows alone. */
  readonly collected?: string
  /** Numbers that the function takes behind its arguments. */
  readonly levels?: readonly number[]
  /** The argument whose order decides. */
  readonly orders?: number
}

const FLOAT: ValueInfo = { type: 'float' }
const COUNT: ValueInfo = { type: 'float', number: 'UInt64' }
const same = ([info = FLOAT]: readonly ValueInfo[]): ValueInfo => info
const float = (): ValueInfo => FLOAT
/** Of whole numbers it is one. */
const total = ([info]: readonly ValueInfo[]): ValueInfo =>
  info?.number ? { type: 'float', number: info.number.startsWith('U') ? 'UInt64' : 'Int64' } : FLOAT
const present = ({ isNullable: _, ...info }: ValueInfo): ValueInfo => info
const list = (infos: readonly ValueInfo[]): ValueInfo => ({ type: arrayOf(present(same(infos))) })

const LEVEL = { min: 1, max: 1, least: 0, most: 1 }
const SIZE = { min: 0, max: 1, least: 1, most: 100_000 }

const base = (
  takes: readonly Takes[],
  gives: Base['gives'],
  ofNothing: Base['ofNothing'],
  fn: AggregateFunction | undefined,
  more: Partial<Base> = {},
): Base => ({
  min: takes.length,
  max: takes.length,
  takes,
  gives,
  ofNothing,
  ...(fn ? { fn, collected: fn } : {}),
  ...more,
})
const overWindows = { standsOverWindows: true }
const measure = (fn: AggregateFunction): Base => base(['number'], float, 'null', fn, overWindows)
const ofPairs = (fn: AggregateFunction): Base => {
  const { collected: _, ...pairs } = base(['number', 'number'], float, 'null', fn, overWindows)
  return pairs
}
/** Computed of the array of its arguments alone. */
const ofList = (
  name: string,
  takes: readonly Takes[],
  gives: Base['gives'],
  ofNothing: Base['ofNothing'],
  more: Partial<Base> = {},
): Base => base(takes, gives, ofNothing, undefined, { collected: name, ...more })

const quantile = (fn: AggregateFunction): Base => base(['number'], float, 'null', fn, { params: LEVEL })
const median = (fn: AggregateFunction): Base => base(['number'], float, 'null', fn, { levels: [0.5] })
const TOP = { min: 1, max: 1, least: 1, most: 65_536 }

export const BASES: ReadonlyMap<string, Base> = new Map<string, Base>([
  ['count', base(['any'], () => COUNT, 'never', 'count', { min: 0, ...overWindows })],
  ['uniq', base(['any'], () => COUNT, 'never', 'uniq', { max: 20 })],
  ['uniqUpTo', ofList('uniq', ['any'], () => COUNT, 'never', { params: { ...TOP, most: 100 } })],
  ['sum', base(['number'], total, 'zero', 'sum', overWindows)],
  ['avg', base(['number'], float, 'null', 'avg', overWindows)],
  ['min', base(['ordered'], same, 'null', 'min', { ...overWindows, orders: 0 })],
  ['max', base(['ordered'], same, 'null', 'max', { ...overWindows, orders: 0 })],
  ['any', base(['any'], same, 'null', 'any', overWindows)],
  ['anyLast', base(['any'], same, 'null', 'anyLast', overWindows)],
  ['anyHeavy', base(['any'], same, 'null', 'anyHeavy', { orders: 0 })],
  ['argMin', base(['any', 'ordered'], same, 'null', 'argMin', { orders: 1 })],
  ['argMax', base(['any', 'ordered'], same, 'null', 'argMax', { orders: 1 })],
  ['groupArray', base(['any'], list, 'never', 'groupArray', { params: SIZE, ...overWindows })],
  ['groupUniqArray', base(['any'], list, 'never', 'groupUniqArray', { params: SIZE })],
  [
    'string_agg',
    {
      min: 2,
      max: 2,
      takes: ['text'],
      gives: () => ({ type: 'text' }),
      ofNothing: 'never',
      fn: 'groupConcat',
      ...overWindows,
    },
  ],
  ['json_agg', ofList('', ['any'], () => ({ type: 'text' }), 'never')],
  ['groupConcat', ofList('', ['text', 'text'], () => ({ type: 'text' }), 'never')],
  ['groupArraySorted', ofList('groupArraySorted', ['any'], list, 'never', { params: SIZE })],
  [
    'groupArraySample',
    base(['any'], list, 'never', 'groupArray', { params: { ...SIZE, min: 1, max: 2 }, ...overWindows }),
  ],
  ['groupArrayMovingSum', ofList('groupArrayMovingSum', ['number'], list, 'never', { params: SIZE })],
  ['groupArrayMovingAvg', ofList('groupArrayMovingAvg', ['number'], list, 'never', { params: SIZE })],
  ['topK', ofList('topK', ['any'], list, 'never', { params: TOP })],
  ['topKWeighted', ofList('topKWeighted', ['any', 'number'], list, 'never', { params: TOP })],
  ['quantile', quantile('quantile')],
  ['quantileExact', quantile('quantileExact')],
  ['quantileExactLow', quantile('quantileExactLow')],
  [
    'quantiles',
    base(['number'], () => ({ type: arrayOf(FLOAT) }), 'never', 'quantile', { params: { ...LEVEL, max: 100 } }),
  ],
  ['median', median('quantile')],
  ['medianExact', median('quantileExact')],
  ['medianExactLow', median('quantileExactLow')],
  ['stddevPop', measure('stddevPop')],
  ['stddevSamp', measure('stddevSamp')],
  ['varPop', measure('varPop')],
  ['varSamp', measure('varSamp')],
  ['skewPop', ofList('skewPop', ['number'], float, 'null')],
  ['skewSamp', ofList('skewSamp', ['number'], float, 'null')],
  ['kurtPop', ofList('kurtPop', ['number'], float, 'null')],
  ['kurtSamp', ofList('kurtSamp', ['number'], float, 'null')],
  ['entropy', ofList('entropy', ['number'], float, 'null')],
  ['deltaSum', ofList('deltaSum', ['number'], total, 'zero')],
  ['simpleLinearRegression', ofPairs('corr')],
  [
    'windowFunnel',
    ofList('', ['any', 'condition'], () => ({ type: 'float' }), 'never', { max: 33, params: { ...TOP, most: 1e9 } }),
  ],
  ['slope', ofPairs('slope')],
  ['intercept', ofPairs('intercept')],
  ['covarPop', ofPairs('covarPop')],
  ['covarSamp', ofPairs('covarSamp')],
  ['corr', ofPairs('corr')],
  ['avgWeighted', ofPairs('avgWeighted')],
  ['groupBitAnd', base(['number'], same, 'null', 'groupBitAnd', overWindows)],
  ['groupBitOr', base(['number'], same, 'zero', 'groupBitOr', overWindows)],
  ['groupBitXor', base(['number'], same, 'zero', 'groupBitXor', overWindows)],
  ['every', base(['condition'], () => ({ type: 'boolean', format: 'word' }), 'null', 'every', overWindows)],
  ['some', base(['condition'], () => ({ type: 'boolean', format: 'word' }), 'null', 'some', overWindows)],
  [
    'retention',
    ofList('retention', ['condition'], () => ({ type: arrayOf({ type: 'float', number: 'UInt8' }) }), 'never', {
      max: 32,
    }),
  ],
])
