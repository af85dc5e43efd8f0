/** Random syntax is printed, read and printed to the same text. SEED=n replays one. */
import { expect, test } from 'vitest'
import { parseQuery } from '../../../lib/hogql/parse/queries.ts'
import { printQuery } from '../../../lib/hogql/print-syntax.ts'
import { Dice } from '../../support/dice.ts'
import { RandomSyntax } from '../../support/random-syntax.ts'
import { replayed } from '../../support/seeds.ts'

const TIMES = 5_000
const first = replayed ?? 1

test(`${TIMES} expressions and queries`, () => {
  for (let seed = first; seed < first + (replayed === null ? TIMES : 1); seed++) {
    const dice = new Dice(seed)
    const query = new RandomSyntax(dice).query(dice.between(1, 5))
    const text = printQuery(query)
    expect(printQuery(parseQuery(text, 'query')), `SEED=${seed}`).toBe(text)
  }
})
