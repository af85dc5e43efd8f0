import { complement, NAMED_SETS, type Range, SHORTHANDS } from './regex-characters.ts'

/** A piece of a regular expression, spelled so that each engine can print it. */
export type RegexToken =
  | { readonly kind: 'literal'; readonly char: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'class'; readonly negated: boolean; readonly items: readonly ClassItem[] }
  | { readonly kind: 'boundary'; readonly negated: boolean }
  | { readonly kind: 'syntax'; readonly text: string }
export type ClassItem =
  | { readonly kind: 'range'; readonly from: string; readonly to: string }
  | { readonly kind: 'shorthand'; readonly letter: 'd' | 'w' | 's' }

export interface Regex {
  /** The pattern as it was written. */
  readonly source: string
  readonly ignoreCase: boolean
  /** It matches the empty text, too. */
  readonly matchesEmpty: boolean
  /** How many groups it has whose matches can be told. */
  readonly groups: number
  /** Of groups, `(` and `(?:`. */
  readonly tokens: readonly RegexToken[]
}

/** Why a pattern cannot be read, and the index of the character. */
export interface RegexError {
  readonly error: string
  readonly at: number
}

/** What a part becomes in the engine, which writes out what is repeated. */
interface Part {
  readonly size: number
  /** How many times the innermost part of it is written out. */
  readonly copies: number
  readonly canBeEmpty: boolean
  /** Size of what is written out although it may be empty, which engines take long to compile. */
  readonly emptySize: number
}
const ONE: Part = { size: 1, copies: 1, canBeEmpty: false, emptySize: 0 }
const NOTHING: Part = { size: 0, copies: 1, canBeEmpty: true, emptySize: 0 }
const MAX_REPETITIONS = 255
const MAX_COPIES = 1_000
const MAX_SIZE = 10_000
const MAX_EMPTY_SIZE = 200

const CONTROL: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['f', '\f'],
  ['v', '\v'],
])

/** No text has a character 0. */
const rangeItem = ([from, to]: Range): ClassItem => ({
  kind: 'range',
  from: String.fromCodePoint(Math.max(from, 1)),
  to: String.fromCodePoint(to),
})

const inSequence = (a: Part, b: Part): Part => ({
  size: a.size + b.size,
  copies: Math.max(a.copies, b.copies),
  canBeEmpty: a.canBeEmpty && b.canBeEmpty,
  emptySize: a.emptySize + b.emptySize,
})

function repeated(part: Part, least: number, most: number): Part {
  const times = Math.max(least, most, 1)
  const emptySize = part.canBeEmpty && times > 1 ? Math.max(part.size, part.emptySize) : part.emptySize
  return {
    size: part.size * times,
    copies: part.copies * times,
    canBeEmpty: part.canBeEmpty || least === 0,
    emptySize: emptySize * times,
  }
}

/** The alternatives of a group that is being read. */
interface Alternatives {
  readonly at: number
  /** Of all that came before the last `|`. */
  readonly before: Part | null
  sequence: Part
}

const ended = ({ before, sequence }: Alternatives): Part =>
  before ? { ...inSequence(before, sequence), canBeEmpty: before.canBeEmpty || sequence.canBeEmpty } : sequence

/**
 * Reads the subset of RE2 that Edgehog supports: literals, `.`, classes, `\d \w \s \b` and their negations, groups,
 * alternation, quantifiers (lazy ones too), `^`, `$`, and `(?i)`, `(?s)` at the start. Anything else, and what would become too
 * large when repetitions are written out, is an error with its place. Takes time in proportion to the pattern.
 */
export function parseRegex(source: string): Regex | RegexError {
  try {
    return readRegex(source)
  } catch (thrown) {
    if (thrown instanceof Unreadable) return { error: thrown.message, at: thrown.at }
    throw thrown
  }
}

class Unreadable extends Error {
  readonly at: number

  constructor(message: string, at: number) {
    super(message)
    this.at = at
  }
}

function readRegex(pattern: string): Regex {
  const chars = [...pattern]
  const tokens: RegexToken[] = []
  let groups = 0
  const fail = (at: number, what: string): never => {
    throw new Unreadable(what, at)
  }
  const [flags = ''] = /^(?:\(\?[is]+\))*/.exec(pattern) ?? []
  const ignoreCase = flags.includes('i')
  let i = flags.length
  const open: Alternatives[] = [{ at: 0, before: null, sequence: NOTHING }]
  const group = () => open.at(-1) as Alternatives
  /** What a repetition repeats, and what stands before it. */
  let last: { part: Part; before: Part } | null = null
  const pushPart = (token: RegexToken, part: Part, at: number) => {
    tokens.push(token)
    last = { part, before: group().sequence }
    extend(part, at)
  }
  const extend = (part: Part, at: number) => {
    const { before, sequence } = group()
    open[open.length - 1] = { ...group(), sequence: inSequence(sequence, part) }
    const whole = inSequence(before ?? NOTHING, group().sequence)
    if (whole.copies > MAX_COPIES) fail(at, `more than ${MAX_COPIES} repetitions in all`)
    if (whole.size > MAX_SIZE || whole.emptySize > MAX_EMPTY_SIZE) fail(at, 'it becomes too large')
  }
  const pushSyntax = (text: string) => {
    tokens.push({ kind: 'syntax', text })
    last = null
  }
  const repeat = (text: string, [least, most]: readonly [number, number], at: number) => {
    if (!last) return fail(at, 'there is nothing to repeat')
    const { part, before } = last
    open[open.length - 1] = { ...group(), sequence: before }
    extend(repeated(part, least, most), at)
    pushSyntax(text)
  }

  const escaped = (inClass: boolean): ClassItem | RegexToken => {
    const letter = chars[i + 1]
    if (letter === undefined) return fail(i, 'nothing follows the backslash')
    i += 2
    if (letter === 'd' || letter === 'w' || letter === 's') return { kind: 'shorthand', letter }
    if (!inClass && (letter === 'D' || letter === 'W' || letter === 'S'))
      return { kind: 'class', negated: true, items: [{ kind: 'shorthand', letter: letter.toLowerCase() as 'd' }] }
    if (!inClass && (letter === 'b' || letter === 'B')) return { kind: 'boundary', negated: letter === 'B' }
    if (!inClass && (letter === 'A' || letter === 'z')) return { kind: 'syntax', text: letter === 'A' ? '^' : '$' }
    if (letter === 'x') return numbered(i - 2)
    const control = CONTROL.get(letter)
    if (control) return { kind: 'range', from: control, to: control }
    if (/[A-Za-z0-9]/.test(letter)) return fail(i - 2, `\\${letter} is not supported`)
    return { kind: 'range', from: letter, to: letter }
  }

  /** `\x41`, `\x{1F600}` */
  const numbered = (at: number): ClassItem => {
    const [text = '', braced, plain] =
      /^(?:\{([\dA-Fa-f]{1,6})\}|([\dA-Fa-f]{2}))/.exec(chars.slice(i, i + 8).join('')) ?? []
    const code = Number.parseInt(braced ?? plain ?? '', 16)
    if (!(code > 0 && code <= 0x10ffff) || (code >= 0xd800 && code <= 0xdfff)) return fail(at, 'this is no character')
    i += text.length
    return { kind: 'range', from: String.fromCodePoint(code), to: String.fromCodePoint(code) }
  }

  /** What stands for several items in a class: `[:alpha:]`, `\D`. */
  const setInClass = (): readonly ClassItem[] | null => {
    const text = chars.slice(i, i + 11).join('')
    const [named, not, name = ''] = /^\[:(\^?)([a-z]+):\]/.exec(text) ?? []
    const [short, letter] = /^\\([DWS])/.exec(text) ?? []
    const ranges = named ? NAMED_SETS.get(name) : short && SHORTHANDS[letter?.toLowerCase() as 'd']
    if (text.startsWith('[:') && !ranges) return fail(i, 'this set of characters is not supported')
    if (!ranges) return null
    i += (named ?? short ?? '').length
    return (short || not ? complement(ranges) : ranges).map(rangeItem)
  }

  const readClass = (start: number): RegexToken => {
    i = start + 1
    const negated = chars[i] === '^'
    if (negated) i++
    const items: ClassItem[] = []
    const one = (): ClassItem => {
      const char = chars[i]
      if (char === undefined) return fail(start, 'the class is not closed')
      if (char === '\\') return escaped(true) as ClassItem
      i++
      return { kind: 'range', from: char, to: char }
    }
    while (chars[i] !== ']' || items.length === 0) {
      const set = setInClass()
      if (set) {
        items.push(...set)
        continue
      }
      const item = one()
      if (item.kind === 'range' && chars[i] === '-' && chars[i + 1] !== ']' && chars[i + 1] !== undefined) {
        i++
        const end = one()
        if (end.kind !== 'range' || end.to < item.from) return fail(i, 'the range is not valid')
        items.push({ kind: 'range', from: item.from, to: end.to })
      } else items.push(item)
    }
    i++
    return { kind: 'class', negated, items }
  }

  const counts = (start: number): readonly [text: string, least: number, most: number] | null => {
    const [text, least = '', comma, most] =
      /^\{(\d{1,4})(?:(,)(\d{0,4}))?\}/.exec(chars.slice(start, start + 11).join('')) ?? []
    if (text === undefined) return null
    const to = comma ? Number(most || 0) : Number(least)
    if (Math.max(Number(least), to) > MAX_REPETITIONS) fail(start, `more than ${MAX_REPETITIONS} repetitions`)
    if (most && to < Number(least)) fail(start, 'the repetition is not valid')
    return [text, Number(least), to]
  }

  while (i < chars.length) {
    const at = i
    const char = chars[i] as string
    const counted = char === '{' ? counts(i) : null
    if (char === '\\') {
      const item = escaped(false)
      if (item.kind === 'shorthand') pushPart({ kind: 'class', negated: false, items: [item] }, ONE, at)
      else if (item.kind === 'range') pushPart({ kind: 'literal', char: item.from }, ONE, at)
      else if (item.kind === 'class') pushPart(item, ONE, at)
      else {
        tokens.push(item)
        last = null
      }
    } else if (char === '[') pushPart(readClass(i), ONE, at)
    else if (char === '(') {
      const [opening = ''] = /^\((?:\?:|\?P?<[A-Za-z_]\w*>|(?!\?))/.exec(chars.slice(i, i + 100).join('')) ?? []
      if (opening === '') fail(i, 'this kind of group is not supported')
      pushSyntax(opening === '(?:' ? opening : '(')
      if (opening !== '(?:') groups++
      i += opening.length
      open.push({ at, before: null, sequence: NOTHING })
    } else if (char === ')') {
      if (open.length === 1) fail(i, 'no group is open')
      const part = ended(open.pop() as Alternatives)
      pushPart({ kind: 'syntax', text: ')' }, part, at)
      i++
    } else if (char === '*' || char === '+' || char === '?' || counted) {
      const [text, least, most] = counted ?? [char, char === '+' ? 1 : 0, 1]
      repeat(text, [least, most], at)
      i += text.length
      if (chars[i] === '?') {
        tokens.push({ kind: 'syntax', text: '?' })
        i++
      }
    } else if (char === '|' || char === '^' || char === '$') {
      pushSyntax(char)
      if (char === '|') open[open.length - 1] = { at: group().at, before: ended(group()), sequence: NOTHING }
      i++
    } else {
      pushPart(char === '.' ? { kind: 'any' } : { kind: 'literal', char }, ONE, at)
      i++
    }
  }
  if (open.length > 1) fail(group().at, 'a group is not closed')
  return { source: pattern, ignoreCase, matchesEmpty: ended(group()).canBeEmpty, groups, tokens }
}
