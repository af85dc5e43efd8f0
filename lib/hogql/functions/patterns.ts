/** Functions of a text and a regular expression, which is a constant. */
import { call, isNull, not, or, value } from '../../tree/build.ts'
import type { Expr } from '../../tree/expr.ts'
import type { PatternFunction } from '../../tree/language.ts'
import { exactRegexOf, regexOf } from '../patterns.ts'
import { boolean, bothNull, type FunctionContext, type FunctionRule, isTrue, rule, type Typed } from '../rules.ts'
import { arrayOf, invoke } from '../values.ts'

const nothing = value(null, 'text')
const zero = value(0, 'float')

/** The text that an expression of constants always is; undefined if it is not known. */
export function constantText(e: Expr): string | null | undefined {
  if (e.kind === 'value') return e.value === null ? null : e.type === 'text' ? String(e.value) : undefined
  if (e.kind !== 'call' || e.fn !== 'boundedConcat') return undefined
  const parts = e.args.map(constantText)
  return parts.includes(undefined) ? undefined : parts.map((part) => part ?? '').join('')
}

function read(pattern: Expr, prefix: Prefix, { error }: FunctionContext, readText = exactRegexOf) {
  const constant = constantText(pattern)
  if (typeof constant !== 'string') throw error('A regular expression is a constant text.')
  const regex = readText(constant.startsWith(prefix) ? constant : `${prefix}${constant}`)
  if (typeof regex === 'string') throw error(regex)
  return regex
}
type Prefix = '' | '(?i)'

const isNothing = (e: Expr) => constantText(e) === null

/** Of a pattern that is data; letters of ASCII are the same in each case where the prefix says so. */
const matchesData = (of: Expr, pattern: Expr, prefix: Prefix): Expr =>
  prefix === '' ? invoke('match', of, pattern) : invoke('match', call('lower', of), call('lower', pattern))

/** The operators are never null: two nulls match each other. */
const matching = (prefix: Prefix, how: 'function' | 'operator' | 'negated'): FunctionRule => ({
  ...rule(2, 2, ['string'], ([of = nothing, pattern = nothing], _, context) => {
    const isData = constantText(pattern) === undefined
    const test: Expr =
      isNothing(of) || isNothing(pattern)
        ? value(null, 'boolean')
        : isData
          ? matchesData(of, pattern, prefix)
          : { kind: 'match', how: 'regex', expr: of, pattern: read(pattern, prefix, context, regexOf) }
    if (how === 'function') return boolean(test)
    const found = isData || isNothing(pattern) ? call('coalesce', test, bothNull([of, pattern])) : isTrue(test)
    return boolean(how === 'negated' ? not(found) : found)
  }),
  ...(how === 'function' ? {} : { nulls: 'never' }),
})

const DONE: Readonly<Record<PatternFunction, Omit<Typed, 'expr'>>> = {
  extract: { type: 'text' },
  regexpExtract: { type: 'text' },
  replaceRegexpOne: { type: 'text' },
  replaceRegexpAll: { type: 'text' },
  countMatches: { type: 'float', number: 'UInt64' },
  extractAll: { type: arrayOf({ type: 'text' }) },
  extractGroups: { type: arrayOf({ type: 'text' }) },
  extractAllGroupsVertical: { type: arrayOf({ type: arrayOf({ type: 'text' }) }) },
  extractAllGroupsHorizontal: { type: arrayOf({ type: arrayOf({ type: 'text' }) }) },
  splitByRegexp: { type: arrayOf({ type: 'text' }) },
}

/** (text, pattern) */
const found = (fn: PatternFunction, prefix: Prefix = ''): FunctionRule =>
  rule(2, 2, ['string'], ([of = nothing, pattern = nothing], _, context) => {
    const regex = read(pattern, prefix, context)
    if (fn.includes('Groups') && regex.groups === 0) throw context.error('The regular expression has no groups.')
    return { ...DONE[fn], expr: { kind: 'patternCall', fn, expr: of, pattern: regex, args: [] } }
  })

const regexpExtract: FunctionRule = rule(
  2,
  3,
  ['string', 'string', 'int'],
  ([of = nothing, pattern = nothing, index = value(1, 'int')], _, context) => {
    const regex = read(pattern, '', context)
    const group = index.kind === 'value' ? Number(index.value) : -1
    if (group < 0 || group > regex.groups)
      throw context.error(`The index is a whole number from 0 to ${regex.groups}, the number of groups.`)
    return {
      ...DONE.regexpExtract,
      expr: { kind: 'patternCall', fn: 'regexpExtract', expr: of, pattern: regex, args: [index] },
    }
  },
)

const replaced = (fn: 'replaceRegexpOne' | 'replaceRegexpAll'): FunctionRule =>
  rule(3, 3, ['string'], ([of = nothing, pattern = nothing, replacement = nothing], _, context) => {
    if ([of, replacement].some(isNothing)) return { expr: nothing, type: 'text', isNullable: true }
    const regex = read(pattern, '', context)
    const by = constantText(replacement)
    if (typeof by !== 'string') throw context.error('What replaces a match is a constant text.')
    const wrong = [...by.matchAll(/\\(.?)/gs)].find(([, next = '']) => /\d/.test(next) && Number(next) > regex.groups)
    if (wrong) throw context.error(`The regular expression has no group ${wrong[1]}.`)
    return {
      ...DONE[fn],
      expr: { kind: 'patternCall', fn, expr: of, pattern: regex, args: [value(by, 'text')] },
    }
  })

/** (pattern, text, greatest number of parts) */
const splitByRegexp: FunctionRule = rule(
  2,
  3,
  ['string', 'string', 'float'],
  ([pattern = nothing, of = nothing, most = zero], _, context) => {
    if (constantText(pattern) === '') return { ...DONE.splitByRegexp, expr: invoke('splitByString', pattern, of, most) }
    const regex = read(pattern, '', context)
    if (regex.matchesEmpty) throw context.error('The regular expression matches the empty text.')
    return {
      ...DONE.splitByRegexp,
      expr: { kind: 'patternCall', fn: 'splitByRegexp', expr: of, pattern: regex, args: [most] },
    }
  },
)

/** The patterns of an array of constant texts. */
function patternsOf({ expr, type }: Typed, context: FunctionContext) {
  const isEmpty = expr.kind === 'function' && expr.fn === 'jsonArray' && expr.args.length === 0
  if (type !== 'texts' && !isEmpty) throw context.error('The patterns are an array of constant texts.')
  const patterns =
    expr.kind === 'list' ? expr.values.map((each) => value(each, 'text')) : expr.kind === 'call' ? expr.args : []
  if (patterns.length > 100) throw context.error('There are 100 patterns at most.')
  return patterns.map((pattern) => read(pattern, '', context, regexOf))
}

const multiMatch = (gives: 'any' | 'index'): FunctionRule =>
  rule(2, 2, ['string', 'any'], ([of = nothing], _, context, [, list]) => {
    const tests = (list ? patternsOf(list, context) : []).map(
      (pattern): Expr => ({ kind: 'match', how: 'regex', expr: of, pattern }),
    )
    if (gives === 'any') return boolean(tests.length > 0 ? or(...tests) : call('startsWith', of, value('', 'text')))
    const index = tests.reduceRight<Expr>(
      (rest, condition, i) => ({ kind: 'if', condition, whenTrue: value(i + 1, 'float'), whenFalse: rest }),
      zero,
    )
    const expr: Expr = { kind: 'if', condition: isNull(of), whenTrue: value(null, 'float'), whenFalse: index }
    return { expr, type: 'float', number: 'UInt64' }
  })

export const PATTERN_RULES: Readonly<Record<string, FunctionRule>> = {
  match: matching('', 'function'),
  '=~': matching('', 'operator'),
  '!~': matching('', 'negated'),
  '=~*': matching('(?i)', 'operator'),
  '!~*': matching('(?i)', 'negated'),
  extract: found('extract'),
  extractAll: found('extractAll'),
  extractGroups: found('extractGroups'),
  extractAllGroups: found('extractAllGroupsVertical'),
  extractAllGroupsVertical: found('extractAllGroupsVertical'),
  extractAllGroupsHorizontal: found('extractAllGroupsHorizontal'),
  countMatches: found('countMatches'),
  countMatchesCaseInsensitive: found('countMatches', '(?i)'),
  regexpExtract,
  replaceRegexpOne: replaced('replaceRegexpOne'),
  replaceRegexpAll: replaced('replaceRegexpAll'),
  splitByRegexp,
  multiMatchAny: multiMatch('any'),
  multiMatchAnyIndex: multiMatch('index'),
}
