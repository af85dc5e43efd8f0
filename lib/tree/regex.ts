import { invalid } from '../core/errors.ts'

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
  readonly ignoreCase: boolean
  readonly tokens: readonly RegexToken[]
}

const CONTROL: Record<string, string> = { n: '\n', t: '\t', r: '\r', f: '\f', v: '\v' }

/**
 * Reads the subset of RE2 that Edgehog supports: literals, `.`, classes, `\d \w \s \b` and their negations, groups,
 * alternation, quantifiers (lazy ones too), `^`, `$`, and `(?i)` at the start. Anything else is a 400 that says where.
 */
export function parseRegex(pattern: string, attr: string): Regex {
  const chars = [...pattern]
  const tokens: RegexToken[] = []
  const fail = (at: number, what: string): never => {
    throw invalid(attr, `Regular expression: ${what} at position ${at + 1}.`)
  }
  const ignoreCase = pattern.startsWith('(?i)')
  let i = ignoreCase ? 4 : 0
  let depth = 0
  let repeatable = false
  const push = (token: RegexToken, canRepeat: boolean) => {
    tokens.push(token)
    repeatable = canRepeat
  }

  const escaped = (inClass: boolean): ClassItem | RegexToken => {
    const letter = chars[i + 1]
    if (letter === undefined) return fail(i, 'nothing follows the backslash')
    i += 2
    if (letter === 'd' || letter === 'w' || letter === 's') return { kind: 'shorthand', letter }
    if (!inClass && (letter === 'D' || letter === 'W' || letter === 'S'))
      return { kind: 'class', negated: true, items: [{ kind: 'shorthand', letter: letter.toLowerCase() as 'd' }] }
    if (!inClass && (letter === 'b' || letter === 'B')) return { kind: 'boundary', negated: letter === 'B' }
    const control = CONTROL[letter]
    if (control) return { kind: 'range', from: control, to: control }
    if (/[A-Za-z0-9]/.test(letter)) return fail(i - 2, `\\${letter} is not supported`)
    return { kind: 'range', from: letter, to: letter }
  }

  const readClass = (start: number): RegexToken => {
    i = start + 1
    const negated = chars[i] === '^'
    if (negated) i++
    const items: ClassItem[] = []
    const one = (): ClassItem => {
      const char = chars[i]
      if (char === undefined) return fail(start, 'the class is not closed')
      if (char === '[' && chars[i + 1] === ':') return fail(i, 'named classes are not supported')
      if (char === '\\') return escaped(true) as ClassItem
      i++
      return { kind: 'range', from: char, to: char }
    }
    while (chars[i] !== ']' || items.length === 0) {
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

  while (i < chars.length) {
    const char = chars[i] as string
    const rest = chars.slice(i).join('')
    const counted = /^\{(\d{1,4})(?:(,)(\d{0,4}))?\}/.exec(rest)
    if (char === '\\') {
      const item = escaped(false)
      if (item.kind === 'shorthand') push({ kind: 'class', negated: false, items: [item] }, true)
      else if (item.kind === 'range') push({ kind: 'literal', char: item.from }, true)
      else push(item, item.kind === 'class')
    } else if (char === '[') push(readClass(i), true)
    else if (char === '(') {
      if (chars[i + 1] === '?' && chars[i + 2] !== ':') fail(i, 'this kind of group is not supported')
      push({ kind: 'syntax', text: '(?:' }, false)
      i += chars[i + 1] === '?' ? 3 : 1
      depth++
    } else if (char === ')') {
      if (depth-- === 0) fail(i, 'no group is open')
      push({ kind: 'syntax', text: ')' }, true)
      i++
    } else if (char === '*' || char === '+' || char === '?' || counted) {
      if (!repeatable) fail(i, 'there is nothing to repeat')
      const text = counted ? counted[0] : char
      if (counted && Math.max(Number(counted[1]), Number(counted[3] || 0)) > 255) fail(i, 'more than 255 repetitions')
      if (counted?.[3] && Number(counted[3]) < Number(counted[1])) fail(i, 'the repetition is not valid')
      push({ kind: 'syntax', text }, false)
      i += text.length
      if (chars[i] === '?') {
        tokens.push({ kind: 'syntax', text: '?' })
        i++
      }
    } else if (char === '|' || char === '^' || char === '$') {
      push({ kind: 'syntax', text: char }, false)
      i++
    } else {
      push(char === '.' ? { kind: 'any' } : { kind: 'literal', char }, true)
      i++
    }
  }
  if (depth > 0) fail(chars.length - 1, 'a group is not closed')
  return { ignoreCase, tokens }
}
