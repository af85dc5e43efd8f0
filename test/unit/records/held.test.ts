import { expect, test } from 'vitest'
import { beginHolding, heldUnder, letGo } from '../../../lib/records/held.ts'

const SINCE = 1_000_000
const hold = (name: string, keys: readonly string[] = [name]) => beginHolding(SINCE)(name, keys, name, 10)

test('nothing is held so long that, with a copy 2 s behind, it would be shown after 5 s', () => {
  for (const [age, expected] of [
    [0, 'a'],
    [2_899, 'a'],
    [3_000, undefined],
    [5_000, undefined],
    [-1, undefined],
  ] as const) {
    hold('a')
    expect(heldUnder('a', SINCE + age), String(age)).toBe(expected)
  }
})

test('what is held of a key that changes is let go, and what was being read meanwhile is not held', () => {
  hold('a', ['link', 'insight'])
  hold('b', ['other'])
  const late = beginHolding(SINCE)
  letGo(['insight'])
  late('c', ['link'], 'c', 10)
  expect(['a', 'b', 'c'].map((name) => heldUnder(name, SINCE))).toEqual([undefined, 'b', undefined])
})

test('memory is bounded, whatever is held', () => {
  const wide = 2 * 1024 * 1024
  for (let n = 0; n < 20; n++) beginHolding(SINCE)(`wide ${n}`, [], n, wide)
  const held = Array.from({ length: 20 }, (_, n) => heldUnder(`wide ${n}`, SINCE)).filter(
    (value) => value !== undefined,
  )
  expect(held).toEqual([14, 15, 16, 17, 18, 19])
})
