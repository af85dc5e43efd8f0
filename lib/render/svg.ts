/** Charts as SVG, for pages and for image files. */
import { cut } from '../core/text.ts'
import type { Chart, Series } from './chart.ts'
import { drawChart } from './draw.ts'
import { type Box, type Drawing, fitting, px, textWidth } from './drawing.ts'
import { Markup, markup } from './markup.ts'
import { CHART_STYLES, type Theme } from './palette.ts'
import type { PresentedInsight } from './show.ts'
import { describeInsight, type Words } from './words.ts'

/** A chart of an insight as an `svg` element of a page. `name`: its CSS class. */
export function chartElement(chart: Chart, { shown, title }: Words, box: Box, name: string): Markup {
  const { body, width = box.width, height } = drawChart(chart, shown.table, box)
  const label = shown.summary ? `${title}: ${shown.summary}` : title
  const size = width > box.width && markup` width="${width}" height="${height}"`
  const classes = `${name}${chart.kind === 'series' ? ' fit' : ''}${size ? ' over' : ''}`
  return markup`<svg class="chart ${classes}"${size} viewBox="0 0 ${width} ${height}" font-size="12" role="img" aria-label="${label}">${body}</svg>`
}

/** The series in the legend of a chart; none if it has only one. Those in the background have one entry. */
export function legendOf(chart: Chart): readonly Series[] {
  if (chart.kind !== 'series' || chart.series.length < 2) return []
  const behind = chart.series.find(({ isBackground }) => isBackground)
  const named = chart.series.filter(({ isBackground }) => !isBackground)
  return behind ? [...named, { ...behind, name: 'Each cohort', isPrevious: true }] : named
}

const PADDING = 24
/** Between a chart and the one under it. */
const GAP = 24
const CHART = { width: 832, height: 360 }
const LEAST_WIDTH = 280

export interface SvgLook {
  /** `auto` unless given. */
  readonly theme?: Theme
  /** 880 unless given, 280 at least; the picture may be wider. */
  readonly width?: number | undefined
}

/** An insight -> the text of an SVG file with title, range, time of the last refresh, legends and charts. */
export function renderSvg(insight: PresentedInsight, now: Date, look: SvgLook = {}): string {
  const { theme = 'auto', width: asked = CHART.width + 2 * PADDING } = look
  const box = { width: Math.max(LEAST_WIDTH, asked) - 2 * PADDING, height: CHART.height }
  const words = describeInsight(insight, now)
  const { chart, beneath, table } = words.shown
  const parts = [chart, ...(beneath ? [beneath] : [])].flatMap((one, index) => [
    { body: markup``, height: index * GAP },
    drawLegend(legendOf(one), box.width),
    drawChart(one, table, box),
  ])
  const meta = [words.range, words.refreshed && `Updated ${words.refreshed}`].filter(Boolean).join(' · ')
  let top = 84
  const body = parts.map((part) => {
    const placed = markup`<g transform="translate(${PADDING} ${top})">${part.body}</g>`
    top += part.height
    return placed
  })
  const width = Math.max(box.width, ...parts.map((part) => part.width ?? 0)) + 2 * PADDING
  const height = top + PADDING
  const title = cut(words.title, fitting(box.width, 18))
  const label = `${words.title}: ${words.description}`
  return markup`<svg xmlns="http://www.w3.org/2000/svg" class="chart" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-size="12" role="img" aria-label="${label}"${words.reloadSeconds !== null && markup` data-again="${words.reloadSeconds}"`}><style>${new Markup(CHART_STYLES[theme])}</style><rect class="paper" width="${width}" height="${height}" rx="8"/><text class="t title" x="${PADDING}" y="42" font-size="18">${title}</text><text class="m" x="${PADDING}" y="64">${cut(meta, fitting(box.width))}</text>${body}</svg>
`.text
}

function drawLegend(series: readonly Series[], room: number): Drawing {
  let [x, y] = [0, 0]
  const body = series.map(({ name, color, isPrevious }) => {
    const text = cut(name, 40)
    const width = textWidth(text) + 40
    if (x > 0 && x + width > room) [x, y] = [0, y + 20]
    const at = x
    x += width
    return markup`<rect class="f${color}${isPrevious ? ' faint' : ''}" x="${px(at)}" y="${y}" width="10" height="10" rx="2"/><text class="t" x="${px(at + 16)}" y="${y + 9}">${text}</text>`
  })
  return { body: markup`${body}`, height: series.length > 0 ? y + 24 : 0 }
}
