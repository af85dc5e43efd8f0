import { assert } from '../../../core/assert.ts'
import type { PatternCall } from '../../../tree/expr.ts'
import type { PatternFunction } from '../../../tree/language.ts'
import type { Regex } from '../../../tree/regex.ts'
import type { Expr, Physical } from '../physical.ts'
import { postgresGroupReplacement, postgresGroups } from '../regex.ts'

type Call = PatternCall<Physical>
interface Printed {
  readonly text: string
  readonly pattern: string
  readonly args: readonly string[]
  readonly regex: Regex
}

/** The pattern as the function needs it, and what replaces its matches. */
export const patternTexts = ({ fn, pattern, args }: Call): { pattern: string; texts: readonly string[] } => ({
  pattern: postgresGroups(pattern, WITH_WHOLE.includes(fn)),
  texts: fn === 'replaceRegexpOne' || fn === 'replaceRegexpAll' ? args.map(replacement) : [],
})

function replacement(e: Expr): string {
  assert(e.kind === 'value', 'what replaces a match is a constant')
  return postgresGroupReplacement(String(e.value))
}
const WITH_WHOLE: readonly PatternFunction[] = [
  'regexpExtract',
  'extractAll',
  'extractAllGroupsVertical',
  'extractAllGroupsHorizontal',
]

/** Each match is looked for in what is left behind the one before it, as if it began there: these can tell. */
const seesBefore = ({ tokens }: Regex) =>
  tokens.some((token) => token.kind === 'boundary' || (token.kind === 'syntax' && token.text === '^'))

const matches = ({ text, pattern, regex }: Printed) =>
  `${seesBefore(regex) ? 'regex_matches_anew' : 'regex_matches'}(${text}, ${pattern})`

const PRINTED: { readonly [F in PatternFunction]: (printed: Printed, call: Call) => string } = {
  extract: ({ text, pattern }) => `regex_group(${text}, ${pattern}, 1)`,
  regexpExtract: ({ text, pattern, args: [index] }) => `regex_group(${text}, ${pattern}, ${index} + 1)`,
  extractAll: (printed) => `regex_groups(${matches(printed)}, ${printed.regex.groups > 0 ? 1 : 0})`,
  extractGroups: ({ text, pattern }) => `regex_first(${text}, ${pattern})`,
  extractAllGroupsVertical: (printed) => `regex_rows(${matches(printed)})`,
  extractAllGroupsHorizontal: (printed) => `regex_columns(${matches(printed)}, ${printed.regex.groups})`,
  countMatches: (printed) =>
    printed.regex.matchesEmpty || seesBefore(printed.regex)
      ? `jsonb_array_length(${matches(printed)})::float8`
      : `regexp_count(${printed.text}, ${printed.pattern})::float8`,
  replaceRegexpOne: ({ text, pattern, args: [by] }) => `regex_replace(${text}, ${pattern}, ${by}, '')`,
  replaceRegexpAll: ({ text, pattern, args: [by] }) => `regex_replace(${text}, ${pattern}, ${by}, 'g')`,
  splitByRegexp: ({ text, pattern, args: [most], regex }) =>
    `${seesBefore(regex) ? 'regex_split_anew' : 'regex_split'}(${text}, ${pattern}, ${most})`,
}

export const printPatternCall = (call: Call, text: string, pattern: string, args: readonly string[]): string =>
  PRINTED[call.fn]({ text, pattern, args, regex: call.pattern }, call)
