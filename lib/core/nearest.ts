/** What was probably meant by a name that nobody knows. The work is bounded, whatever was sent. */

import { cut } from './text.ts'

/** Longer names are not compared, and no more known names than these. */
const MOST_CHARACTERS = 64
const MOST_KNOWN = 2_000

/** The known name that was probably meant; undefined if none is near. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  if (name.length > MOST_CHARACTERS) return undefined
  const wanted = name.toLowerCase()
  const most = Math.max(1, Math.floor(name.length / 3))
  let best: { readonly name: string; readonly distance: number } | undefined
  for (const each of known.slice(0, MOST_KNOWN)) {
    if (Math.abs(each.length - name.length) > most) continue
    const distance = editDistance(wanted, each.toLowerCase())
    if (distance <= most && (!best || distance < best.distance)) best = { name: each, distance }
  }
  return best?.name
}

/** ` Did you mean "x"?`, to follow a sentence; empty if nothing is near. */
export function didYouMean(name: unknown, known: readonly string[]): string {
  const near = typeof name === 'string' ? nearest(name, known) : undefined
  return near === undefined ? '' : ` Did you mean "${near}"?`
}

const MOST_LISTED = 20

/** What is said of a value that is none of a few texts or numbers: the one that was probably meant, or all. */
export function notAChoice(value: unknown, choices: readonly (string | number)[]): string {
  const given = cut(String(typeof value === 'object' ? JSON.stringify(value) : value), MOST_CHARACTERS)
  const hint = didYouMean(value, choices.map(String))
  const all = choices.length > MOST_LISTED ? '' : ` It is one of ${choices.join(', ')}.`
  return `"${given}" is not a valid choice.${hint || all}`
}

/** How many characters are added, left out, replaced or swapped with the next one. */
export function editDistance(a: string, b: string): number {
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1]
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      next.push(
        Math.min(
          (row[j] ?? 0) + 1,
          (next[j - 1] ?? 0) + 1,
          (row[j - 1] ?? 0) + (isSame ? 0 : 1),
          isSwapped ? (before[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      )
    }
    before = row
    row = next
  }
  return row[b.length] ?? 0
}
