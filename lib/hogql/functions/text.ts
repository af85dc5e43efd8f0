/** Functions of texts; those of regular expressions stand in patterns.ts. */
import { call, isNull, not, value } from '../../tree/build.ts'
import type { Expr } from '../../tree/expr.ts'
import { coerce } from '../coerce.ts'
import { partType } from '../part-types.ts'
import {
  boolean,
  bothNull,
  type FunctionContext,
  type FunctionRule,
  first,
  rule,
  simple,
  type Typed,
  type ValueType,
} from '../rules.ts'
import { arrayOf, encode, invoke } from '../values.ts'
import { constantText, PATTERN_RULES } from './patterns.ts'
import { SEARCH_RULES } from './searches.ts'

type Fn = Parameters<typeof invoke>[0]
const nothing = value(null, 'text')
const zero = value(0, 'float')
const blank = value(' ', 'text')
const empty = value('', 'text')
const text = (expr: Expr): Typed => ({ expr, type: 'text' })
const texts = (expr: Expr): Typed => ({ expr, type: arrayOf({ type: 'text' }) })

/** A function of so many texts that gives one. */
const ofTexts = (fn: Fn, count = 1): FunctionRule => rule(count, count, ['string'], (args) => text(invoke(fn, ...args)))
const ofOne = (make: (of: Expr) => Expr): FunctionRule => rule(1, 1, ['string'], (args) => text(make(first(args))))
const withNumber = (fn: Fn): FunctionRule => rule(2, 2, ['string', 'float'], (args) => text(invoke(fn, ...args)))
const trimmed = (plain: (of: Expr) => Expr, ofCharacters: (of: Expr, characters: Expr) => Expr): FunctionRule =>
  rule(1, 2, ['string'], ([of = nothing, characters]) => text(characters ? ofCharacters(of, characters) : plain(of)))
const padded = (fn: 'leftPad' | 'rightPad', least = 2): FunctionRule =>
  rule(least, 3, ['string', 'float', 'string'], ([of = nothing, length = zero, fill = blank]) =>
    text(invoke(fn, of, length, fill)),
  )
/** The parts of a text, at most so many where a number says so. */
const split = (fn: Fn): FunctionRule =>
  rule(1, 2, ['string', 'float'], ([of = nothing, most = zero]) => texts(invoke(fn, of, most)))

/** A character is one that stands between the parts. */
const splitBy = (isCharacter: boolean): FunctionRule =>
  rule(2, 3, ['string', 'string', 'float'], ([separator = empty, of = nothing, most = zero], _, { error }) => {
    const constant = constantText(separator)
    if (isCharacter && typeof constant === 'string' && [...constant].length !== 1)
      throw error('The separator is one character.')
    return texts(invoke('splitByString', separator, of, most))
  })

function format([pattern = nothing, ...args]: readonly Expr[], { error }: FunctionContext): Typed {
  const constant = constantText(pattern)
  if (typeof constant === 'string') checkFormat(constant, args.length, error)
  return text(invoke('format', pattern, ...args))
}

function checkFormat(pattern: string, count: number, error: FunctionContext['error']): void {
  const items = pattern.match(/\{\{|\}\}|\{\d{0,3}\}|[^{}]+|[{}]/g) ?? []
  if (items.some((item) => item === '{' || item === '}')) throw error('A brace of the format is not closed.')
  const places = items.filter((item) => /^\{\d*\}$/.test(item)).map((item) => item.slice(1, -1))
  if (places.some((place) => place === '') && places.some((place) => place !== ''))
    throw error('The places of the format are all numbered, or none is.')
  if (places.some((place, index) => Number(place === '' ? index : place) >= count))
    throw error('The format has more places than there are arguments.')
}

const SUMS = ['MD5', 'SHA224', 'SHA256', 'SHA384', 'SHA512'] as const

/** What sums give is hexadecimal already. */
const hex: FunctionRule = rule(1, 1, ['any'], ([of = nothing], [type], { error }) => {
  if (of.kind === 'function' && SUMS.some((sum) => sum === of.fn)) return text(call('upper', of))
  if (type === 'null') return text(nothing)
  if (type !== 'text' && type !== 'float') throw error('hex takes a text or a whole number.')
  return text(invoke('hex', of))
})

const decoded = (isTried: boolean): FunctionRule =>
  rule(1, 1, ['string'], ([of = nothing], _, { error }) => {
    const constant = constantText(of)
    const isBad = typeof constant === 'string' && !/^([\w+/]{4})*([\w+/]{2}==|[\w+/]{3}=)?$/.test(constant)
    if (isBad && !isTried) throw error('This is no Base64.')
    const plain = invoke('base64Decode', of)
    if (!isTried) return { ...text(plain), isNullable: true }
    return text({ kind: 'if', condition: isNull(of), whenTrue: nothing, whenFalse: call('coalesce', plain, empty) })
  })

/** A backslash stands for itself unless `%`, `_` or a backslash follows. */
function likePattern(pattern: Expr, { error }: FunctionContext): Expr {
  if (pattern.kind !== 'value' || typeof pattern.value !== 'string') return pattern
  if (/^(?:[^\\]|\\.)*\\$/s.test(pattern.value)) throw error('The pattern ends with a backslash.')
  return value(
    pattern.value.replaceAll(/\\(.)/gs, (pair, next: string) => (/[%_\\]/.test(next) ? pair : `\\\\${next}`)),
    'text',
  )
}

/** Null is a value like others. */
const like = (how: 'wholeLike' | 'wholeIlike', negated = false): FunctionRule => ({
  ...rule(2, 2, ['text'], ([of = nothing, pattern = nothing], _, context) => {
    const args = [of, likePattern(pattern, context)]
    const matched = call('coalesce', call(how, ...args), bothNull(args))
    return boolean(negated ? not(matched) : matched)
  }),
  nulls: 'never',
})

/** Of arrays whose elements can be written as they are. */
const TEXT_ELEMENTS: readonly ValueType[] = ['text', 'float', 'null', 'boolean']

const joined: FunctionRule = rule(2, 100, ['string', 'text'], (args) => text(invoke('concatWithSeparator', ...args)))
const sortableSemVer: FunctionRule = {
  ...rule(1, 1, ['string'], (args) => ({
    expr: invoke('sortableSemVer', first(args)),
    type: arrayOf({ type: 'float', number: 'Int64' }),
  })),
  nulls: 'never',
}

const OWN = {
  lower: ofOne((of) => call('lower', of)),
  upper: ofOne((of) => call('upper', of)),
  lowerUTF8: ofTexts('lowerUTF8'),
  upperUTF8: ofTexts('upperUTF8'),
  initcap: ofTexts('initcap'),
  reverse: ofTexts('reverse'),
  reverseUTF8: ofTexts('reverse'),
  lengthUTF8: rule(1, 1, ['string'], (args) => ({
    expr: call('toFloat', call('length', first(args))),
    type: 'float',
    number: 'UInt64',
  })),
  substring: simple('substring', ['string', 'float', 'float'], 'text'),
  substringUTF8: simple('substring', ['string', 'float', 'float'], 'text'),
  left: simple('left', ['string', 'float'], 'text'),
  right: withNumber('right'),
  trim: trimmed(
    (of) => call('trim', of),
    (of, characters) => invoke('trim', of, characters),
  ),
  trimLeft: trimmed(
    (of) => invoke('trimLeft', of, blank),
    (of, characters) => invoke('trimLeft', of, characters),
  ),
  trimRight: trimmed(
    (of) => call('trimEnd', of, blank),
    (of, characters) => call('trimEnd', of, characters),
  ),
  replaceAll: simple('replaceAll', ['string', 'string', 'string'], 'text'),
  replaceOne: ofTexts('replaceOne', 3),
  repeat: withNumber('repeat'),
  leftPad: padded('leftPad'),
  rightPad: padded('rightPad'),
  lpad: padded('leftPad', 3),
  rpad: padded('rightPad', 3),
  translate: ofTexts('translate', 3),
  // a part that is missing is nothing
  concat: { ...rule(2, 100, ['text'], (args) => text(call('boundedConcat', ...args))), nulls: 'never' },
  concatWithSeparator: joined,
  format: rule(2, 100, ['text'], (args, _, context) => format(args, context)),
  base64Encode: ofTexts('base64Encode'),
  base64Decode: decoded(false),
  tryBase64Decode: decoded(true),
  hex,
  unhex: { ...ofTexts('unhex'), nulls: 'always' },
  ascii: rule(1, 1, ['string'], (args) => ({ expr: invoke('ascii', first(args)), type: 'float', number: 'Int64' })),
  splitByChar: splitBy(true),
  splitByString: splitBy(false),
  splitByWhitespace: split('splitByWhitespace'),
  splitByNonAlpha: split('splitByNonAlpha'),
  alphaTokens: split('alphaTokens'),
  tokens: split('tokens'),
  ngrams: rule(2, 2, ['string', 'float'], (args) => texts(invoke('ngrams', ...args))),
  split_part: rule(3, 3, ['string', 'string', 'float'], (args) => text(invoke('split_part', ...args))),
  arrayStringConcat: rule(1, 2, ['array', 'string'], ([of = nothing, separator = empty], [type], { error }) => {
    const isOfTexts = typeof type === 'object' && type.kind === 'array' && TEXT_ELEMENTS.includes(type.of.type)
    if (!isOfTexts) throw error('The elements should be texts: arrayMap(x -> toString(x), ...).')
    return text(invoke('arrayStringConcat', of, separator))
  }),
  toJSONString: {
    ...rule(1, 1, ['any'], (_, __, context, [of = { expr: nothing, type: 'null' }]) => {
      const shown = of.type === 'instant' ? coerce(of, 'text', context) : of
      const { json, info } = encode(shown, context)
      if (typeof info.type === 'object') return text(invoke('valueJson', json, value(partType(info, context), 'text')))
      return text(invoke('toJSONString', json))
    }),
    nulls: 'never',
  },
  appendTrailingCharIfAbsent: ofTexts('appendTrailingCharIfAbsent', 2),
  encodeXMLComponent: ofTexts('encodeXMLComponent'),
  decodeXMLComponent: ofTexts('decodeXMLComponent'),
  regexpQuoteMeta: ofTexts('regexpQuoteMeta'),
  toValidUTF8: ofOne((of) => of),
  isValidUTF8: rule(1, 1, ['string'], ([of = nothing]) => boolean(call('startsWith', of, empty))),
  startsWith: simple('startsWith', ['string', 'string'], 'boolean'),
  endsWith: simple('endsWith', ['string', 'string'], 'boolean'),
  like: like('wholeLike'),
  ilike: like('wholeIlike'),
  notLike: like('wholeLike', true),
  notILike: like('wholeIlike', true),
  sortableSemVer,
} as const satisfies Readonly<Record<string, FunctionRule>>

/** Other names of the same functions. */
const ALIASES = {
  replace: 'replaceAll',
  btrim: 'trim',
  ltrim: 'trimLeft',
  rtrim: 'trimRight',
  leftPadUTF8: 'leftPad',
  rightPadUTF8: 'rightPad',
  translateUTF8: 'translate',
  concat_ws: 'concatWithSeparator',
  sortablesemver: 'sortableSemVer',
} as const satisfies Readonly<Record<string, keyof typeof OWN>>

export const TEXT_RULES: Readonly<Record<string, FunctionRule>> = {
  ...PATTERN_RULES,
  ...SEARCH_RULES,
  ...OWN,
  ...Object.fromEntries(Object.entries(ALIASES).map(([name, same]) => [name, OWN[same]])),
  ...Object.fromEntries(SUMS.map((fn) => [fn, ofTexts(fn)])),
}
