import { describe, expect, it } from 'vitest'
import { postgresRegex } from '../../../lib/print/postgres.ts'

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
  ])('%s', (pattern, expected) => {
    if (expected) expect(postgresRegex(pattern)).toBe(expected)
    else expect(() => postgresRegex(pattern)).toThrowError(expect.objectContaining({ status: 400 }))
  })
})
