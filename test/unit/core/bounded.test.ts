import { expect, test } from 'vitest'
import { Bounded } from '../../../lib/core/bounded.ts'

test('what was used longest ago is forgotten first, by weight', () => {
  const known = new Bounded<number>(100)
  for (let n = 0; n < 10; n++) known.set(`n${n}`, n, 10)
  known.get('n0')
  known.set('wide', -1, 20)
  expect(Array.from(known.entries(), ([name]) => name)).toEqual([
    'n3',
    'n4',
    'n5',
    'n6',
    'n7',
    'n8',
    'n9',
    'n0',
    'wide',
  ])
  expect([known.get('n1'), known.get('n0'), known.get('wide')]).toEqual([undefined, 0, -1])
})

test('an item in place of another weighs once; one that is too heavy for its kind is not kept', () => {
  const known = new Bounded<string>(100)
  for (let n = 0; n < 1_000; n++) known.set('same', String(n), 25)
  known.set('other', 'a', 25)
  expect([known.get('same'), known.get('other')]).toEqual(['999', 'a'])
  known.set('same', 'heavy', 26)
  expect([known.get('same'), known.get('other')]).toEqual([undefined, 'a'])
})
