/** What the name of an aggregate says: `sumArrayIf` is the sum of the elements of arrays, of rows where a condition holds. */
import { BASES } from './bases.ts'

const SUFFIXES = [
  'If',
  'OrNull',
  'OrDefault',
  'Distinct',
  'ArgMin',
  'ArgMax',
  'Array',
  'ForEach',
  'Map',
  'State',
  'Merge',
] as const
export type Suffix = (typeof SUFFIXES)[number]
export interface AggregateName {
  /** One of BASES. */
  readonly base: string
  /** The innermost first. */
  readonly suffixes: readonly Suffix[]
}

/** Names that mean others here: every count of different values is exact. */
const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ['countDistinct', 'uniq'],
  ['uniqExact', 'uniq'],
  ['uniqHLL12', 'uniq'],
  ['uniqTheta', 'uniq'],
  ['uniqCombined', 'uniq'],
  ['uniqCombined64', 'uniq'],
  ['groupBitmap', 'uniq'],
  ['any_value', 'any'],
  ['first_value', 'any'],
  ['last_value', 'anyLast'],
  ['array_agg', 'groupArray'],
  ['sumWithOverflow', 'sum'],
  ['stddev', 'stddevSamp'],
  ['variance', 'varSamp'],
  ['bool_and', 'every'],
  ['bool_or', 'some'],
  ['medianTDigest', 'median'],
  ['medianDeterministic', 'median'],
  ['medianBFloat16', 'median'],
  ['medianExactHigh', 'medianExact'],
  ['medianTiming', 'medianExact'],
  ['quantileTDigest', 'quantile'],
  ['quantileDeterministic', 'quantile'],
  ['quantileBFloat16', 'quantile'],
  ['quantileExactInclusive', 'quantile'],
  ['quantileExactHigh', 'quantileExact'],
  ['quantileTiming', 'quantileExact'],
])

/** Undefined for the name of anything else. */
export function parseAggregateName(name: string): AggregateName | undefined {
  const base = SYNONYMS.get(name) ?? name
  if (BASES.has(base)) return { base, suffixes: [] }
  for (const suffix of SUFFIXES) {
    const inner = name.endsWith(suffix) ? parseAggregateName(name.slice(0, -suffix.length)) : undefined
    if (inner) return { base: inner.base, suffixes: [...inner.suffixes, suffix] }
  }
  return undefined
}

export const isAggregate = (name: string): boolean => parseAggregateName(name) !== undefined
/** The names that an unknown one may be near to. */
export const AGGREGATE_NAMES: readonly string[] = [...BASES.keys(), ...SYNONYMS.keys()]
