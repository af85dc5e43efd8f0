/** Groups of filters as they are sent -> the one form that all ways of nesting them share. */
import { expect, it } from 'vitest'
import { type NodeGroup, parseFilter } from '../../../lib/nodes/filter.ts'
import type { Properties } from '../../../lib/nodes/property-filter.ts'

const a = { key: 'a', value: 1 }
const b = { key: 'b', value: 2 }
const unfilled = [
  { key: 'c' },
  { key: 'c', value: [] },
  {},
  { key: '', value: 1 },
  { key: 'c', operator: 'gt', value: null },
]
const and = (...values: unknown[]) => ({ type: 'AND', values })
const or = (...values: unknown[]) => ({ type: 'OR', values })

const shown = ({ type, values }: NodeGroup): unknown => [
  type,
  ...values.map((item) => ('operator' in item ? item.key : shown(item))),
]
const read = (properties: unknown) => shown(parseFilter(properties as Properties, ['properties']))
const ALWAYS = ['AND']

it.each<[string, unknown, unknown]>([
  ['a list', [a, b], ['AND', 'a', 'b']],
  ['an empty list holds always', [], ALWAYS],
  ['an empty group holds always', or(), ALWAYS],
  ['an empty group in an AND changes nothing', and(a, or()), ['AND', 'a']],
  ['an empty group in an OR holds always, so the OR does', or(a, and()), ALWAYS],
  ['an empty group deep in ORs', and(b, or(a, or(or()))), ['AND', 'b']],
  ['filters that are not filled in are left out of an OR', or(a, ...unfilled, b), ['OR', 'a', 'b']],
  ['filters that are not filled in are left out of an AND', and(a, ...unfilled), ['AND', 'a']],
  [
    'a group of them is left out, too, and does not hold always',
    or(a, and(...unfilled), or(b, or(...unfilled))),
    ['OR', 'a', 'b'],
  ],
  ['nothing but them is no filter', or(...unfilled), ALWAYS],
  ['groups of one type are one', and(a, and(b, and(a))), ['AND', 'a', 'b', 'a']],
  ['groups of one are what they hold', and(or(and(or(a, b)))), ['OR', 'a', 'b']],
  ['others stay nested', or(a, and(a, b)), ['OR', 'a', ['AND', 'a', 'b']]],
])('%s', (_, properties, expected) => {
  expect(read(properties)).toEqual(expected)
})

it('operators without a value are filled in', () => {
  expect(read(or({ key: 'a', operator: 'is_set' }, { key: 'b', operator: 'is_not_set', value: null }))).toEqual([
    'OR',
    'a',
    'b',
  ])
})
