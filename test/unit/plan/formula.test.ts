import { describe, expect, it } from 'vitest'
import { evaluateFormula, parseFormula } from '../../../lib/plan/formula.ts'

const evaluate = (text: string, ...series: number[]) =>
  evaluateFormula(parseFormula(text, series.length, 'formula'), series)

describe('formula', () => {
  it.each([
    ['A+B', [1, 2], 3],
    ['a / b * 100', [1, 4], 25],
    ['-A ** 2', [3], -9],
    ['2 ** -A', [1], 0.5],
    ['2 ** 3 ** 2', [], 512],
    ['(A - B) % C', [-7, 0, 3], 2],
    ['A / B', [5, 0], 0],
    ['A % B', [5, 0], 0],
    ['+.5 + 1e2', [], 100.5],
  ])('%s of %j is %d', (text, series, expected) => {
    expect(evaluate(text, ...series)).toBeCloseTo(expected, 12)
  })

  it.each(['', 'A +', '(A', 'A)', 'AB', 'A $ 1', 'B', 'A; 1', '1 2', `${'('.repeat(200)}A${')'.repeat(200)}`])(
    'refuses %j',
    (text) => {
      expect(() => parseFormula(text, 1, 'trendsFilter__formula')).toThrowError(
        expect.objectContaining({ status: 400, attr: 'trendsFilter__formula' }),
      )
    },
  )
})
