import { expect, test } from 'vitest'
import { areaPath, linearScale, linePath, smoothPath, stackValues } from '../../../lib/render/geometry.ts'

test('a scale reaches round numbers around its values', () => {
  const y = linearScale(0, 396, 100, 0)
  expect(y.domain).toEqual([0, 400])
  expect(y.ticks).toEqual([0, 100, 200, 300, 400])
  expect([y(0), y(100), y(400)]).toEqual([100, 75, 0])
  expect(linearScale(0, 0, 10, 0).domain).toEqual([0, 1])
  expect(linearScale(0, 2, 10, 0).ticks).toEqual([0, 1, 2])
  expect(linearScale(-8, 6, 10, 0).ticks).toEqual([-8, -6, -4, -2, 0, 2, 4, 6])
})

test('a smooth path goes through its points and never beyond them', () => {
  const points = [9, 0, 0, 5, 5, 1].map((y, index) => ({ x: index * 30, y: y * 10 }))
  const numbers = [...smoothPath(points).matchAll(/([\d.]+),([\d.]+)/g)].map(([, x, y]) => ({
    x: Number(x),
    y: Number(y),
  }))
  expect(numbers.filter((_, index) => index % 3 === 0)).toEqual(points)
  for (const [index, { y }] of numbers.entries()) {
    const [from, to] = [points[Math.ceil(index / 3) - 1], points[Math.ceil(index / 3)]]
    if (!from || !to) continue
    expect(y).toBeGreaterThanOrEqual(Math.min(from.y, to.y))
    expect(y).toBeLessThanOrEqual(Math.max(from.y, to.y))
  }
})

test('straight paths and areas', () => {
  const slices = [0, 1].map((x) => ({ x, upper: 2, lower: 0 }))
  expect(linePath(slices.map(({ x, upper }) => ({ x, y: upper + 0.04 })))).toBe('M0,2L1,2')
  expect(areaPath(slices)).toBe('M0,2L1,2L1,0L0,0Z')
  expect(smoothPath([])).toBe('')
})

test('negative values are stacked below zero', () => {
  const spans = stackValues(
    [
      [3, -2],
      [1, null],
      [-1, -4],
    ],
    2,
  ).map((list) => list.map(({ low, high }) => [low, high]))
  expect(spans).toEqual([
    [
      [0, 3],
      [-2, 0],
    ],
    [
      [3, 4],
      [0, 0],
    ],
    [
      [-1, 0],
      [-6, -2],
    ],
  ])
})
