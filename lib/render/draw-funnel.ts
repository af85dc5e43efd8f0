import { cut } from '../core/text.ts'
import type { FunnelChart } from './chart.ts'
import { type Box, type Drawing, fitting, px, target, textWidth } from './drawing.ts'
import { NUMBERS, PERCENT } from './format.ts'
import { type Markup, markup } from './markup.ts'

type Group = FunnelChart['groups'][number]

const HEAD = 24

/**
 * A funnel as SVG: a bar for each step, as long as the share of people who did it. With a breakdown, a step has a bar
 * for each value.
 */
export function drawFunnel({ steps, groups }: FunnelChart, { width }: Box): Drawing {
  const isBroken = groups.some(({ name }) => name !== null)
  const row = isBroken ? 42 : 74
  const height = (isBroken ? HEAD + 8 : 0) + groups.length * row
  const body = steps.map((name, step) => {
    const top = step * height
    const title = `${step + 1}. ${name}`
    if (!isBroken) return groups.map((group) => drawBar(group, step, title, { top, width, strong: true }))
    const heading = cut(title, fitting(width))
    return markup`<text class="t strong" x="0" y="${top + 18}">${heading}</text>${groups.map((group, order) =>
      drawBar(group, step, title, { top: top + HEAD + order * row, width, strong: false }),
    )}`
  })
  return { body: markup`${body}`, height: steps.length * height + 4 }
}

interface Place {
  readonly top: number
  readonly width: number
  readonly strong: boolean
}

function drawBar({ name, counts, color }: Group, step: number, title: string, { top, width, strong }: Place): Markup {
  const [count = 0, entered = 0, before = 0] = [counts[step], counts[0], counts[Math.max(0, step - 1)]]
  const share = entered > 0 ? count / entered : 0
  const label = `${NUMBERS.full(count)} · ${PERCENT.short(100 * share)}`
  const ofBefore = `${PERCENT.short(before > 0 ? (100 * count) / before : 0)} of the step before`
  const tip = [title, ...(name === null ? [] : [name]), label, ...(step > 0 ? [ofBefore] : [])].join('\n')
  const text = cut(name ?? title, fitting(width - textWidth(label) - 32))
  const bar = strong ? 18 : 14
  const lost = strong && step > 0 && markup`<text class="m" x="0" y="${top + 56}">${ofBefore}</text>`
  return markup`<g><title>${tip}</title>${target(top, { width, height: bar + 24 })}<text class="t${strong ? ' strong' : ''}" x="0" y="${top + 14}">${text}</text><text class="t${strong ? ' strong' : ''}" x="${width}" y="${top + 14}" text-anchor="end">${label}</text><rect class="track" x="0" y="${top + 21}" width="${width}" height="${bar}" rx="3"/><rect class="f${color}" x="0" y="${top + 21}" width="${px(share * width)}" height="${bar}" rx="3"/>${lost}</g>`
}
