/**
 * How much of a text a pattern matches. RE2 takes the first alternative that fits and each repetition on its own; other
 * engines take the longest match. For replacing, only patterns will do for which both are the same.
 */
import type { ClassItem, Regex, RegexToken } from './regex.ts'

/** Why what the pattern matches may differ between engines; null if it does not. */
export function whyAmbiguous({ tokens, ignoreCase, matchesEmpty }: Regex): string | null {
  if (matchesEmpty) return 'it matches the empty text'
  const repetitions = repetitionsOf(tokens)
  const isLazy = repetitions.includes('lazy')
  if (isLazy && repetitions.includes('greedy')) return 'greedy and lazy repetitions stand together'
  const choices = choicesOf(tokens)
  if (isLazy && choices.length > 0) return 'alternatives and lazy repetitions stand together'
  const isClear = choices.every((choice) => isDecided(choice, ignoreCase))
  return isClear ? null : 'two of its alternatives can begin with the same character'
}

const isSyntax = (token: RegexToken | undefined, text: string) => token?.kind === 'syntax' && token.text === text
const isRepetition = (token: RegexToken | undefined) => token?.kind === 'syntax' && /^[*+?{]/.test(token.text)

/** The repetitions whose number is not fixed. */
function repetitionsOf(tokens: readonly RegexToken[]): ('greedy' | 'lazy')[] {
  return tokens.flatMap((token, index) => {
    if (token.kind !== 'syntax' || !isRepetition(token)) return []
    const isMark = token.text === '?' && isRepetition(tokens[index - 1])
    if (isMark || /^\{(\d+)(,\1)?\}$/.test(token.text)) return []
    return [isSyntax(tokens[index + 1], '?') ? 'lazy' : 'greedy']
  })
}

type Alternative = readonly RegexToken[]

/** The alternatives of each group that has several, and those of the whole. */
function choicesOf(tokens: readonly RegexToken[]): Alternative[][] {
  const choices: Alternative[][] = []
  const open: RegexToken[][][] = [[[]]]
  const close = () => {
    const group = open.pop() ?? []
    if (group.length > 1) choices.push(group)
  }
  for (const token of tokens) {
    if (isSyntax(token, '|')) open.at(-1)?.push([])
    else if (isSyntax(token, ')')) close()
    else open.at(-1)?.at(-1)?.push(token)
    if (isSyntax(token, '(?:') || isSyntax(token, '(')) open.push([[]])
  }
  close()
  return choices
}

/** Does the first character of a match say which alternative it is? */
function isDecided(alternatives: readonly Alternative[], ignoreCase: boolean): boolean {
  return alternatives.every((one, index) =>
    alternatives.slice(index + 1).every((later) => beginsApart(one, later, ignoreCase)),
  )
}

function beginsApart(one: Alternative, later: Alternative, ignoreCase: boolean): boolean {
  const [texts, others] = [literalText(one, ignoreCase), literalText(later, ignoreCase)]
  if (texts !== null && others !== null) return texts !== '' && !others.startsWith(texts)
  const [first, second] = [firstRanges(one, ignoreCase), firstRanges(later, ignoreCase)]
  return first !== null && second !== null && first.every((a) => second.every((b) => a.to < b.from || b.to < a.from))
}

/** The text that is all that the alternative matches; null if it matches others. */
function literalText(tokens: Alternative, ignoreCase: boolean): string | null {
  if (tokens.some(({ kind }) => kind !== 'literal')) return null
  const text = tokens.map((token) => (token.kind === 'literal' ? token.char : '')).join('')
  return ignoreCase ? text.toLowerCase() : text
}

interface Range {
  readonly from: string
  readonly to: string
}
const SHORTHANDS: Readonly<Record<'d' | 'w' | 's', readonly string[]>> = {
  d: ['09'],
  w: ['09', 'AZ', '__', 'az'],
  s: ['\t\r', '  '],
}

/** The characters that the alternative can begin with; null if they are not known. */
function firstRanges(tokens: Alternative, ignoreCase: boolean): readonly Range[] | null {
  const start = tokens.findIndex((token) => !isSyntax(token, '^'))
  const [token, next] = tokens.slice(start)
  const mayBeLeftOut = next?.kind === 'syntax' && /^([*?]|\{0)/.test(next.text)
  if (start < 0 || !token || mayBeLeftOut) return null
  const items: readonly ClassItem[] | null =
    token.kind === 'literal'
      ? [{ kind: 'range', from: token.char, to: token.char }]
      : token.kind === 'class' && !token.negated
        ? token.items
        : null
  const ranges = items?.flatMap((item): readonly Range[] =>
    item.kind === 'range'
      ? [item]
      : SHORTHANDS[item.letter].map((pair) => ({ from: pair[0] ?? '', to: pair[1] ?? '' })),
  )
  if (!ranges) return null
  return ignoreCase ? ranges.map(withBothCases) : ranges
}

/** Of letters all that come after the first one: more than needed is no harm. */
const withBothCases = ({ from, to }: Range): Range =>
  to < 'A' ? { from, to } : { from: from < 'A' ? from : 'A', to: String.fromCodePoint(0x10ffff) }
