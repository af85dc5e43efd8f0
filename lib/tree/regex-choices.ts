/**
 * RE2 takes the first alternative with which the whole pattern fits, and each repetition takes as much, or as little where
 * it is lazy, as lets the rest fit. Engines that look for the longest match take others. Here a pattern is written so that
 * there is one way alone to match a text: behind each choice that could be made otherwise stands that the one before it
 * would not have fitted. Then it is the same for every engine, and so are its groups.
 */
import type { Regex, RegexToken } from './regex.ts'
import {
  areApart,
  canBeEmpty,
  flattened,
  hasCaptures,
  isFixed,
  type Part,
  partsOf,
  type Repetition,
  type Sequence,
  uncaptured,
} from './regex-parts.ts'

const MAX_TOKENS = 5_000
/** Repetitions are written out where it matters how many there are. */
const MAX_COPIES = 30

class Unwritable extends Error {}

/** The pattern with one way to match a text; or why it cannot be written so. */
export function withFirstChoices(regex: Regex): Regex | string {
  try {
    return { ...regex, tokens: new Writer(regex.ignoreCase).options(partsOf(regex), []) }
  } catch (thrown) {
    if (thrown instanceof Unwritable) return thrown.message
    throw thrown
  }
}

const syntax = (text: string): RegexToken => ({ kind: 'syntax', text })
type Tokens = readonly RegexToken[]

class Writer {
  readonly #ignoreCase: boolean
  #size = 0

  constructor(ignoreCase: boolean) {
    this.#ignoreCase = ignoreCase
  }

  /** `rest`: what follows in the pattern. */
  options(options: readonly Sequence[], rest: Sequence): Tokens {
    return options.flatMap((option, index) => [
      ...(index > 0 ? [syntax('|')] : []),
      ...options
        .slice(0, index)
        .filter((before) => !areApart([...before, ...rest], [...option, ...rest], this.#ignoreCase))
        .flatMap((before) => this.#not([...before, ...rest])),
      ...this.#sequence(option, rest),
    ])
  }

  #sequence(sequence: Sequence, rest: Sequence): Tokens {
    return sequence.flatMap((part, index) => this.#part(part, [...sequence.slice(index + 1), ...rest]))
  }

  #part(part: Part, rest: Sequence): Tokens {
    switch (part.kind) {
      case 'one':
      case 'place':
        return [part.token]
      case 'group':
        return [syntax(part.captures ? '(' : '(?:'), ...this.options(part.options, rest), syntax(')')]
      case 'repetition':
        return this.#repetition(part, rest)
      default:
        return part satisfies never
    }
  }

  #repetition(part: Repetition, rest: Sequence): Tokens {
    const { of, least, most, isLazy } = part
    if (most > 1 && canBeEmpty(of)) throw new Unwritable('what is repeated can be empty')
    if (most > 1 && mayBeLeftOut(of)) throw new Unwritable('a group that may be left out is repeated')
    if (least === most) return this.#copies(of, least, rest)
    if (isLazy) return this.#lazy(part, rest)
    const isClear =
      areApart([of], rest, this.#ignoreCase) || (of.kind === 'one' && isLongest(rest)) || rest.length === 0
    if (isClear && isSimple(of) && most !== Number.POSITIVE_INFINITY)
      return [...this.#part(of, rest), syntax(most === 1 ? '?' : `{${least},${most}}`)]
    if (most === 1) return this.#part({ kind: 'group', captures: false, options: [[of], []] }, rest)
    if (most === Number.POSITIVE_INFINITY) {
      const again: Part = { ...part, least: 0 }
      const [before, last] = least > 1 && !isSimple(of) ? [least - 1, 1] : [0, least]
      return [
        ...this.#sequence(Array(before).fill(uncaptured(of)), [of, again, ...rest]),
        ...this.#part(of, [again, ...rest]),
        syntax(last === 0 ? '*' : last === 1 ? '+' : `{${last},}`),
        ...(isClear ? [] : this.#not([of, again, ...rest])),
      ]
    }
    return this.#sequence(this.#nested(part), rest)
  }

  /** `a{2,4}` as `aa(?:a(?:a)?)?` */
  #nested({ of, least, most }: Repetition): Sequence {
    if (hasCaptures(of) || most > MAX_COPIES)
      throw new Unwritable('a repetition stands before what could be part of it')
    const optional = (count: number): Sequence =>
      count === 0
        ? []
        : [{ kind: 'repetition', of: group([of, ...optional(count - 1)]), least: 0, most: 1, isLazy: false }]
    return [...Array<Part>(least).fill(of), ...optional(most - least)]
  }

  /** The last copy has the groups. */
  #copies(of: Part, count: number, rest: Sequence): Tokens {
    // groups that match nothing count
    if (count === 0) return hasCaptures(of) ? [...this.#part(of, rest), syntax('{0}')] : []
    if (isSimple(of)) return [...this.#part(of, rest), ...(count === 1 ? [] : [syntax(`{${count}}`)])]
    if (count > MAX_COPIES) throw new Unwritable('what is repeated has choices')
    return this.#sequence([...Array<Part>(count - 1).fill(uncaptured(of)), of], rest)
  }

  /** Another one only where what follows would not fit. */
  #lazy({ of, least, most }: Repetition, rest: Sequence): Tokens {
    if (rest.length === 0) return this.#copies(of, least, rest)
    const more: Part = { kind: 'repetition', of, least: 0, most: Number.POSITIVE_INFINITY, isLazy: false }
    const times = most === Number.POSITIVE_INFINITY ? '*' : `{0,${most - least}}`
    if (most !== Number.POSITIVE_INFINITY && !isSimple(of)) throw new Unwritable('what is repeated has choices')
    if (least === 0)
      return [syntax('(?:'), ...this.#not(rest), ...this.#part(of, [more, ...rest]), syntax(')'), syntax(times)]
    return [
      ...this.#copies(uncaptured(of), least - 1, [of, more, ...rest]),
      syntax('(?:'),
      ...this.#part(uncaptured(of), [of, more, ...rest]),
      ...this.#not(rest),
      syntax(')'),
      syntax(times),
      ...this.#part(of, rest),
    ]
  }

  /** It does not fit here. */
  #not(sequence: Sequence): Tokens {
    const tokens = [syntax('(?!'), ...plain(sequence), syntax(')')]
    this.#size += tokens.length
    if (this.#size > MAX_TOKENS) throw new Unwritable('it becomes too large')
    return tokens
  }
}

const group = (sequence: Sequence): Part => ({ kind: 'group', captures: false, options: [sequence] })

/** Does it have no choices of its own? */
const isSimple = (part: Part): boolean =>
  isFixed(part) && !(part.kind === 'group' && part.options.some((option) => !option.every(isSimple)))

/** The pattern ends with the longest match, whatever it is that is repeated before. */
function isLongest(rest: Sequence): boolean {
  const parts = flattened(rest)
  const last = parts.at(-1)
  const before = parts.slice(0, -1)
  const isRun = (part: Part) => part.kind === 'repetition' && part.of.kind === 'one' && !part.isLazy
  if (last?.kind === 'place' && last.token.kind === 'syntax' && last.token.text === '$')
    return before.every((part) => isRun(part) || isFixed(part))
  return before.every(isFixed) && last !== undefined && (isFixed(last) || (isRun(last) && isEndless(last)))
}
const isEndless = (part: Part) => part.kind === 'repetition' && part.most === Number.POSITIVE_INFINITY

/** A group inside that does not take part in each match: engines differ in what it is after several. */
function mayBeLeftOut(part: Part): boolean {
  if (part.kind === 'repetition') return part.least === 0 ? hasCaptures(part.of) : mayBeLeftOut(part.of)
  if (part.kind !== 'group') return false
  if (part.options.length > 1) return part.options.some((option) => option.some(hasCaptures))
  return part.options.some((option) => option.some(mayBeLeftOut))
}

/** What it matches, whichever way. */
function plain(sequence: Sequence): Tokens {
  return sequence.flatMap((part): Tokens => {
    if (part.kind === 'one' || part.kind === 'place') return [part.token]
    if (part.kind === 'group')
      return [
        syntax('(?:'),
        ...part.options.flatMap((option, index) => [...(index > 0 ? [syntax('|')] : []), ...plain(option)]),
        syntax(')'),
      ]
    const { of, least, most } = part
    const counts =
      most === Number.POSITIVE_INFINITY ? (least === 0 ? '*' : least === 1 ? '+' : `{${least},}`) : `{${least},${most}}`
    return [...plain([of]), syntax(counts)]
  })
}
