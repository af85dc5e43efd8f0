import { expect, test } from 'vitest'
import { contains } from '../../../lib/store/patterns.ts'

test('wildcards of LIKE stand for themselves', () => {
  expect(contains('50%_a\\b')).toBe('%50\\%\\_a\\\\b%')
})
