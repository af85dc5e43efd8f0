import type { FunctionResults } from './results.ts'

/** Functions of a text and a regular expression; what else they take is behind the names. */
export const PATTERN_FUNCTIONS = {
  /** The first group of the first match, or the match where there is no group. */
  extract: 'text',
  /** (index of the group, 0 for the match) */
  regexpExtract: 'text',
  extractAll: 'json',
  extractGroups: 'json',
  extractAllGroupsVertical: 'json',
  extractAllGroupsHorizontal: 'json',
  countMatches: 'float',
  /** (replacement, in which `\1` and the like are groups and `\0` is the match) */
  replaceRegexpOne: 'text',
  replaceRegexpAll: 'text',
  /** (greatest number of parts or 0) */
  splitByRegexp: 'json',
} as const satisfies FunctionResults
export type PatternFunction = keyof typeof PATTERN_FUNCTIONS
