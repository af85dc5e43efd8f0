/** Random syntax is printed, read and printed to the same text: 5,000 queries. SEED=n replays one. */
import { expect, test } from 'vitest'
import { parseQuery } from '../../../lib/hogql/parse/queries.ts'
import { printQuery } from '../../../lib/hogql/print-syntax.ts'
import { Dice } from '../../support/dice.ts'
import { RandomSyntax } from '../../support/random-syntax.ts'
import { replayed } from '../../support/seeds.ts'

const EACH = replayed === null ? 250 : 1
const FIRST = replayed === null ? Array.from({ length: 20 }, (_, index) => index * EACH) : [replayed]

test.each(FIRST)('queries from %d', (first) => {
  for (let seed = first; seed < first + EACH; seed++) {
    const dice = new Dice(seed)
    const text = printQuery(new RandomSyntax(dice).query(dice.between(1, 4)))
    expect(printQuery(parseQuery(text, '')), `SEED=${seed}`).toBe(text)
  }
})
