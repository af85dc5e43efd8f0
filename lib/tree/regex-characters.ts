/** Sets of characters that regular expressions have names for, as ranges of code points. */

export type Range = readonly [from: number, to: number]
export const LAST_CHARACTER = 0x10ffff

const DIGITS: Range = [48, 57]
const CAPITALS: Range = [65, 90]
const SMALL: Range = [97, 122]

export const SHORTHANDS: Readonly<Record<'d' | 'w' | 's', readonly Range[]>> = {
  d: [DIGITS],
  w: [DIGITS, CAPITALS, [95, 95], SMALL],
  s: [
    [9, 10],
    [12, 13],
    [32, 32],
  ],
}

/** `[[:alpha:]]` and the like. */
export const NAMED_SETS: ReadonlyMap<string, readonly Range[]> = new Map<string, readonly Range[]>([
  ['alnum', [DIGITS, CAPITALS, SMALL]],
  ['alpha', [CAPITALS, SMALL]],
  ['ascii', [[0, 127]]],
  [
    'blank',
    [
      [9, 9],
      [32, 32],
    ],
  ],
  [
    'cntrl',
    [
      [0, 31],
      [127, 127],
    ],
  ],
  ['digit', [DIGITS]],
  ['graph', [[33, 126]]],
  ['lower', [SMALL]],
  ['print', [[32, 126]]],
  [
    'punct',
    [
      [33, 47],
      [58, 64],
      [91, 96],
      [123, 126],
    ],
  ],
  [
    'space',
    [
      [9, 13],
      [32, 32],
    ],
  ],
  ['upper', [CAPITALS]],
  ['word', SHORTHANDS.w],
  ['xdigit', [DIGITS, [65, 70], [97, 102]]],
])

/** The characters that are in none of the ranges. */
export function complement(ranges: readonly Range[]): readonly Range[] {
  const gaps: Range[] = []
  let next = 0
  for (const [from, to] of [...ranges].sort(([a], [b]) => a - b)) {
    if (from > next) gaps.push([next, from - 1])
    next = Math.max(next, to + 1)
  }
  return next <= LAST_CHARACTER ? [...gaps, [next, LAST_CHARACTER]] : gaps
}
