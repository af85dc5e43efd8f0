import { expect, test } from 'vitest'
import { parseRegex } from '../../../lib/tree/regex.ts'
import { whyAmbiguous } from '../../../lib/tree/regex-extent.ts'

const why = (pattern: string) => {
  const regex = parseRegex(pattern)
  if ('error' in regex) throw new Error(regex.error)
  return whyAmbiguous(regex)
}

test.each([
  '/user/\\d+',
  '[0-9a-f]{8}-[0-9a-f]{4}',
  '\\?.*$',
  '/a/.*?/b',
  '(abc|ab)',
  '/(shop|cart|\\d+)/x',
  '(?i)x|[0-9]',
])('%s matches the same everywhere', (pattern) => {
  expect(why(pattern)).toBeNull()
})

test.each([
  ['a*', 'empty'],
  ['^', 'empty'],
  ['(a|b*)', 'empty'],
  ['a+b*?', 'together'],
  ['(a|b).*?c', 'together'],
  ['ab|abc', 'begin'],
  ['[a-z]x|\\wy', 'begin'],
  ['(?i)a|A1', 'begin'],
  ['.a|b', 'begin'],
  ['[^b]|c', 'begin'],
  ['a?b|c', 'begin'],
  ['/a|/b.', 'begin'],
])('%s does not: %s', (pattern, reason) => {
  expect(why(pattern)).toContain(reason)
})
