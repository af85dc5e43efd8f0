/** The parts of a regular expression as a tree, and what can be said of them: how they begin, what they repeat. */
import type { ClassItem, Regex, RegexToken } from './regex.ts'
import { complement, LAST_CHARACTER, type Range, SHORTHANDS } from './regex-characters.ts'

export type Part =
  /** One character. */
  | { readonly kind: 'one'; readonly token: RegexToken }
  /** A place between two characters. */
  | { readonly kind: 'place'; readonly token: RegexToken }
  | { readonly kind: 'group'; readonly captures: boolean; readonly options: readonly Sequence[] }
  | Repetition
export interface Repetition {
  readonly kind: 'repetition'
  readonly of: Part
  readonly least: number
  /** Infinity where there is no limit. */
  readonly most: number
  readonly isLazy: boolean
}
export type Sequence = readonly Part[]

/** The alternatives of a pattern. */
export function partsOf({ tokens }: Regex): readonly Sequence[] {
  const open: { captures: boolean; options: Part[][] }[] = [{ captures: false, options: [[]] }]
  const here = () => open.at(-1)?.options.at(-1) as Part[]
  tokens.forEach((token, index) => {
    const text = token.kind === 'syntax' ? token.text : ''
    if (token.kind === 'boundary' || text === '^' || text === '$') here().push({ kind: 'place', token })
    else if (token.kind !== 'syntax') here().push({ kind: 'one', token })
    else if (text === '(' || text === '(?:') open.push({ captures: text === '(', options: [[]] })
    else if (text === ')') {
      const { captures, options } = open.pop() as { captures: boolean; options: Part[][] }
      here().push({ kind: 'group', captures, options })
    } else if (text === '|') open.at(-1)?.options.push([])
    else if (!isLazyMark(tokens, index)) {
      const of = here().pop() as Part
      here().push({ kind: 'repetition', of, ...countsOf(text), isLazy: isLazyMark(tokens, index + 1) })
    }
  })
  return open[0]?.options ?? []
}

function isLazyMark(tokens: readonly RegexToken[], index: number): boolean {
  const [before, token] = [tokens[index - 1], tokens[index]]
  if (token?.kind !== 'syntax' || token.text !== '?') return false
  return before?.kind === 'syntax' && /^[*+?{]/.test(before.text)
}

function countsOf(text: string): { least: number; most: number } {
  if (text === '*') return { least: 0, most: Number.POSITIVE_INFINITY }
  if (text === '+') return { least: 1, most: Number.POSITIVE_INFINITY }
  if (text === '?') return { least: 0, most: 1 }
  const [least = '', most] = text.slice(1, -1).split(',')
  return { least: Number(least), most: most === '' ? Number.POSITIVE_INFINITY : Number(most ?? least) }
}

interface Beginning {
  readonly ranges: readonly Range[]
  readonly canBeEmpty: boolean
}

/** The characters that a match can begin with: more than there are is no harm. */
function beginning(sequence: Sequence, ignoreCase: boolean): Beginning {
  const ranges: Range[] = []
  for (const part of sequence) {
    if (part.kind === 'place' && part.token.kind === 'syntax' && part.token.text === '$')
      return { ranges, canBeEmpty: false }
    const own = beginningOf(part, ignoreCase)
    ranges.push(...own.ranges)
    if (!own.canBeEmpty) return { ranges, canBeEmpty: false }
  }
  return { ranges, canBeEmpty: true }
}

function beginningOf(part: Part, ignoreCase: boolean): Beginning {
  switch (part.kind) {
    case 'one':
      return { ranges: rangesOf(part.token, ignoreCase), canBeEmpty: false }
    case 'place':
      return { ranges: [], canBeEmpty: true }
    case 'group': {
      const options = part.options.map((option) => beginning(option, ignoreCase))
      return {
        ranges: options.flatMap(({ ranges }) => ranges),
        canBeEmpty: options.some(({ canBeEmpty }) => canBeEmpty),
      }
    }
    case 'repetition': {
      const of = beginningOf(part.of, ignoreCase)
      return { ...of, canBeEmpty: of.canBeEmpty || part.least === 0 }
    }
    default:
      return part satisfies never
  }
}

const point = (char: string) => char.codePointAt(0) ?? 0
function rangesOf(token: RegexToken, ignoreCase: boolean): readonly Range[] {
  if (token.kind === 'literal') return withCases([[point(token.char), point(token.char)]], ignoreCase)
  if (token.kind !== 'class') return [[0, LAST_CHARACTER]]
  const ranges = withCases(token.items.flatMap(rangesOfItem), ignoreCase)
  return token.negated && !ignoreCase ? complement(ranges) : token.negated ? [[0, LAST_CHARACTER]] : ranges
}

const rangesOfItem = (item: ClassItem): readonly Range[] =>
  item.kind === 'range' ? [[point(item.from), point(item.to)]] : SHORTHANDS[item.letter]

/** Of letters all that come after the first one. */
const withCases = (ranges: readonly Range[], ignoreCase: boolean): readonly Range[] =>
  ignoreCase ? ranges.map(([from, to]) => (to < 65 ? [from, to] : [Math.min(from, 65), LAST_CHARACTER])) : ranges

/** Can no text be matched by both? False where it is not known. */
export function areApart(a: Sequence, b: Sequence, ignoreCase: boolean): boolean {
  for (let index = 0; index < a.length && index < b.length; index++) {
    const [one, other] = [beginning(a.slice(index), ignoreCase), beginning(b.slice(index), ignoreCase)]
    if (one.canBeEmpty || other.canBeEmpty) return false
    if (one.ranges.every(([from, to]) => other.ranges.every(([low, high]) => to < low || high < from))) return true
    if (a[index]?.kind !== 'one' || b[index]?.kind !== 'one') return false
  }
  return false
}

export const canBeEmpty = (part: Part): boolean => beginningOf(part, false).canBeEmpty

/** Does each match have as many characters as another? */
export function isFixed(part: Part): boolean {
  if (part.kind === 'group') return part.options.length === 1 && part.options.every((option) => option.every(isFixed))
  return part.kind !== 'repetition' || (part.least === part.most && isFixed(part.of))
}

/** The parts with those of groups that have no alternatives in the place of the groups. */
export const flattened = (sequence: Sequence): Sequence =>
  sequence.flatMap((part) =>
    part.kind === 'group' && part.options.length === 1 ? flattened(part.options[0] ?? []) : [part],
  )

export const hasCaptures = (part: Part): boolean =>
  part.kind === 'group'
    ? part.captures || part.options.some((option) => option.some(hasCaptures))
    : part.kind === 'repetition' && hasCaptures(part.of)

/** The part whose groups cannot be told. */
export function uncaptured(part: Part): Part {
  if (part.kind === 'repetition') return { ...part, of: uncaptured(part.of) }
  if (part.kind !== 'group') return part
  return { kind: 'group', captures: false, options: part.options.map((option) => option.map(uncaptured)) }
}
