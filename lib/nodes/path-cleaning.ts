/** Rules that clean the items of paths: those of a project, and those of one query (docs/paths.md 3). */
import * as z from 'zod/mini'
import { MAX_NAME } from './bounds.ts'

const MAX_RULES = 100

/** The schema of a rule as clients send it. */
const CleaningRule = z.strictObject({
  regex: z.nullish(z.string()),
  alias: z.nullish(z.string().check(z.maxLength(MAX_NAME))),
  order: z.nullish(z.number()),
})
type CleaningRule = z.infer<typeof CleaningRule>

/** The schema of a list of rules. */
export const CleaningRules = z.array(CleaningRule).check(z.maxLength(MAX_RULES))

/** What a rule replaces, and by what. `attr`: the place of the pattern in the request. */
export interface NodeCleaningRule {
  readonly pattern: string
  readonly replacement: string
  readonly attr: string
}

/** Rules as they are applied, one after the other; one without a pattern does nothing. `path`: the place of the list. */
export const parseCleaningRules = (
  rules: readonly CleaningRule[],
  path: readonly string[],
): readonly NodeCleaningRule[] =>
  rules.flatMap(({ regex, alias }, index) =>
    regex ? [{ pattern: regex, replacement: alias ?? '', attr: [...path, index, 'regex'].join('__') }] : [],
  )
