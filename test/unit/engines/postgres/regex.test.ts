import { describe, expect, it } from 'vitest'
import { postgresRegex } from '../../../../lib/engines/postgres/regex.ts'
import { readPattern } from '../../../../lib/hogql/patterns.ts'
import { parseRegex, type Regex } from '../../../../lib/tree/regex.ts'

describe('regular expressions', () => {
  it.each([
    ['^te.t$', '***:^te.t$'],
    ['\\d+\\.\\w', '***:[0-9]+\\U0000002e[0-9A-Za-z_]'],
    ['(?i)a|(b)', '***:(?i)a|(?:b)'],
    ['[^a-z\\d-]{2,3}?', '***:[^a-z0-9\\U0000002d]{2,3}?'],
    ['***=x', null],
    ['a(?=b)', null],
    ['(a', null],
    ['a)', null],
    ['[a', null],
    ['\\p{L}', null],
    ['a{300}', null],
    ['a**', null],
    ['\\', null],
    // 255 is within bounds, the product of nested repetitions counts
    ['(?:a{30}){30}', '***:(?:a{30}){30}'],
    ['((a{255}){255}){255}', null],
    ['(?:a{32}){32}', null],
    ['[a-z]{0,255}x?', '***:[a-z]{0,255}x?'],
    // what may be empty is dear to repeat
    ['(?:(?:a?){30}){30}', null],
    ['(?:(?:a|b*|c|d|e|f){7}){14}', null],
    ['(?:abcdefghijk|x){255}(?:abcdefghijklmnopqrstuvwxyz){255}(?:abcdefghijklm){255}', null],
  ])('%s', (pattern, expected) => {
    if (expected) expect(postgresRegex(parseRegex(pattern) as Regex)).toBe(expected)
    else expect(parseRegex(pattern)).toEqual({ error: expect.any(String), at: expect.any(Number) })
  })

  it('take time in proportion to their length, and those of clients have 1,000 characters at most', () => {
    const long = 'a[b-d]{2}(?:e|f)'.repeat(600)
    expect((parseRegex(long) as Regex).tokens.length).toBeGreaterThan(4_000)
    expect(() => readPattern('a'.repeat(1_000), 'x')).not.toThrow()
    for (const pattern of ['a'.repeat(1_001), 'a'.repeat(200_000)])
      expect(() => readPattern(pattern, 'x')).toThrowError(expect.objectContaining({ status: 400, attr: 'x' }))
  })
})
