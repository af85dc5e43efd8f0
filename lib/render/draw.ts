/** Charts as SVG. */
import { cut } from '../core/text.ts'
import { type BarsChart, type Chart, changeText, type NumberChart } from './chart.ts'
import { drawCells } from './draw-cells.ts'
import { drawFlow } from './draw-flow.ts'
import { drawFunnel } from './draw-funnel.ts'
import { drawSeries } from './draw-series.ts'
import { type Box, type Drawing, fitting, px, target, textWidth } from './drawing.ts'
import { PERCENT } from './format.ts'
import { markup } from './markup.ts'
import type { Table } from './table.ts'

/** A chart -> the content of an `svg` element and its height. Bars and funnels may be higher or lower than `box`. */
export function drawChart(chart: Chart, table: Table, box: Box): Drawing {
  switch (chart.kind) {
    case 'series':
      return drawSeries(chart, box)
    case 'bars':
      return drawBars(chart, box)
    case 'number':
      return drawNumber(chart, box)
    case 'funnel':
      return drawFunnel(chart, box)
    case 'flow':
      return drawFlow(chart, box)
    case 'table':
      return drawCells(table, box)
    case 'empty':
      return drawMessage(chart.message, box)
    default:
      return chart satisfies never
  }
}

function drawMessage(message: string, { width, height }: Box): Drawing {
  const body = markup`<text class="m" x="${width / 2}" y="${height / 2}" text-anchor="middle">${cut(message, fitting(width))}</text>`
  return { body, height }
}

function drawBars({ items, format, shares }: BarsChart, { width }: Box): Drawing {
  const row = 46
  const total = items.reduce((sum, { value }) => sum + value, 0)
  const values = items.map(({ value }) => value)
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)]
  const x = (value: number) => ((value - low) / (high - low || 1)) * width
  const body = items.map(({ name, value, color, isPrevious }, index) => {
    const top = index * row + 8
    const share = shares && total > 0 ? ` · ${PERCENT.short((100 * value) / total)}` : ''
    const text = format.full(value) + share
    const [from, to] = [Math.min(x(0), x(value)), Math.max(x(0), x(value))]
    return markup`<g><title>${`${name}\n${text}`}</title>${target(top, { width, height: row })}<text class="t" x="0" y="${top + 12}">${cut(name, fitting(width - textWidth(text) - 28))}</text><text class="t strong" x="${width}" y="${top + 12}" text-anchor="end">${text}</text><rect class="track" x="0" y="${top + 20}" width="${width}" height="14" rx="3"/><rect class="f${color}${isPrevious ? ' faint' : ''}" x="${px(from)}" y="${top + 20}" width="${px(Math.max(to - from, value === 0 ? 0 : 2))}" height="14" rx="3"/></g>`
  })
  return { body: markup`${body}`, height: items.length * row + 8 }
}

function drawNumber({ value, previous, format }: NumberChart, { width }: Box): Drawing {
  const text = format.full(value)
  const size = Math.min(72, Math.max(20, ((width - 20) / Math.max(1, text.length)) * 1.6))
  const change = changeText(value, previous)
  const arrow = value > (previous ?? value) ? '▲ ' : value < (previous ?? value) ? '▼ ' : ''
  const before =
    previous !== null &&
    markup`<text class="m" x="${width / 2}" y="168" text-anchor="middle" font-size="15">${change === null ? '' : `${arrow}${change} `}from ${format.full(previous)} in the period before</text>`
  const body = markup`<text class="t title" x="${width / 2}" y="124" text-anchor="middle" font-size="${px(size)}">${text}</text>${before}`
  return { body, height: 210 }
}
