/** Functions that look for texts in a text. */
import { call, compare, value } from '../../tree/build.ts'
import type { Expr } from '../../tree/expr.ts'
import { boolean, type FunctionRule, rule, type Typed } from '../rules.ts'
import { arrayOf, invoke } from '../values.ts'
import { constantText } from './patterns.ts'

const nothing = value(null, 'text')
const one = value(1, 'float')
const number = (expr: Expr): Typed => ({ expr, type: 'float', number: 'UInt64' })

/** Of a function whose name ends so: the letters that are the same in another case. */
const FOLDS = {
  '': (of: Expr) => of,
  UTF8: (of: Expr) => of,
  CaseInsensitive: (of: Expr) => call('lower', of),
  CaseInsensitiveUTF8: (of: Expr) => invoke('lowerUTF8', of),
} as const
type Fold = (typeof FOLDS)[keyof typeof FOLDS]

const inEachCase = (name: string, make: (fold: Fold) => FunctionRule): (readonly [string, FunctionRule])[] =>
  Object.entries(FOLDS).map(([ending, fold]) => [`${name}${ending}`, make(fold)])

/** (text, part) or the other way round, and where to begin. */
const position = (fold: Fold, partFirst = false): FunctionRule =>
  rule(2, 3, ['string', 'string', 'float'], ([a = nothing, b = nothing, start]) => {
    const [of, part] = partFirst ? [fold(b), fold(a)] : [fold(a), fold(b)]
    return number(start ? invoke('position', of, part, start) : call('toFloat', call('position', of, part)))
  })

const countOf = (fold: Fold): FunctionRule =>
  rule(2, 3, ['string', 'string', 'float'], ([of = nothing, part = nothing, start = one]) =>
    number(invoke('countSubstrings', fold(of), fold(part), start)),
  )

const hasSubsequence = (fold: Fold): FunctionRule =>
  rule(2, 2, ['string'], ([of = nothing, part = nothing]) => boolean(invoke('hasSubsequence', fold(of), fold(part))))

const hasToken = (fold: Fold, isNullable: boolean): FunctionRule => ({
  ...rule(2, 2, ['string'], ([of = nothing, token = nothing], _, { error }) => {
    const constant = constantText(token)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they part words
    const isWord = typeof constant !== 'string' || /^[^\x00-/:-@[-`{-\x7f]+$/.test(constant)
    if (!isWord && !isNullable) throw error('A word has letters and digits alone.')
    return boolean(invoke('hasTokenOrNull', fold(of), fold(token)))
  }),
  ...(isNullable ? { nulls: 'always' } : {}),
})

/** (text, array of texts) */
const searches = ['', 'UTF8', 'CaseInsensitive', 'CaseInsensitiveUTF8'].flatMap(
  (ending): (readonly [string, FunctionRule])[] => {
    const fold = ending === 'UTF8' ? '' : (ending as '' | 'CaseInsensitive' | 'CaseInsensitiveUTF8')
    return [
      [
        `multiSearchAllPositions${ending}`,
        rule(2, 2, ['string', 'array'], (args) => ({
          expr: invoke(`multiSearchAllPositions${fold}`, ...args),
          type: arrayOf({ type: 'float', number: 'UInt64' }),
        })),
      ],
      [
        `multiSearchFirstPosition${ending}`,
        rule(2, 2, ['string', 'array'], (args) => number(invoke(`multiSearchFirstPosition${fold}`, ...args))),
      ],
      [
        `multiSearchFirstIndex${ending}`,
        rule(2, 2, ['string', 'array'], (args) => number(invoke(`multiSearchFirstIndex${fold}`, ...args))),
      ],
      [
        `multiSearchAny${ending}`,
        rule(2, 2, ['string', 'array'], (args) =>
          boolean(compare(invoke(`multiSearchFirstIndex${fold}`, ...args), '!=', value(0, 'float'))),
        ),
      ],
    ]
  },
)

export const SEARCH_RULES: Readonly<Record<string, FunctionRule>> = {
  ...Object.fromEntries([
    ...inEachCase('position', (fold) => position(fold)),
    ...inEachCase('countSubstrings', countOf),
    ...inEachCase('hasSubsequence', hasSubsequence),
    ...searches,
  ]),
  locate: position(FOLDS[''], true),
  hasToken: hasToken(FOLDS[''], false),
  hasTokenOrNull: hasToken(FOLDS[''], true),
  hasTokenCaseInsensitive: hasToken(FOLDS.CaseInsensitive, false),
  hasTokenCaseInsensitiveOrNull: hasToken(FOLDS.CaseInsensitive, true),
}
