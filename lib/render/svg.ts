/** Charts as SVG, for pages and for image files. */
import { cut } from '../core/text.ts'
import type { Series } from './chart.ts'
import { drawChart } from './draw.ts'
import { type Box, fitting, px, textWidth } from './drawing.ts'
import { Markup, markup } from './markup.ts'
import { CHART_STYLE } from './palette.ts'
import type { PresentedInsight } from './show.ts'
import { describeInsight, type Words } from './words.ts'

/** The chart of an insight as an `svg` element of a page. `name`: its CSS class. */
export function chartElement({ shown, title }: Words, box: Box, name: string): Markup {
  const { body, height } = drawChart(shown.chart, shown.table, box)
  const label = shown.summary ? `${title}: ${shown.summary}` : title
  return markup`<svg class="chart ${name}${shown.chart.kind === 'series' && ' fit'}" viewBox="0 0 ${box.width} ${height}" font-size="12" role="img" aria-label="${label}">${body}</svg>`
}

/** The series in the legend of a chart; none if it has only one series. */
export const legendOf = ({ shown: { chart } }: Words): readonly Series[] =>
  chart.kind === 'series' && chart.series.length > 1 ? chart.series : []

const PADDING = 24
const CHART = { width: 832, height: 360 }

/** An insight -> the text of an SVG file with title, range, time of the last refresh, legend and chart. */
export function renderSvg(insight: PresentedInsight, now: Date): string {
  const words = describeInsight(insight, now)
  const { body, height } = drawChart(words.shown.chart, words.shown.table, CHART)
  const legend = drawLegend(legendOf(words))
  const meta = [words.range, words.refreshed && `Updated ${words.refreshed}`].filter(Boolean).join(' · ')
  const top = 84 + legend.height
  const [width, all] = [CHART.width + 2 * PADDING, top + height + PADDING]
  const title = cut(words.title, fitting(CHART.width, 18))
  const label = `${words.title}: ${words.description}`
  return markup`<svg xmlns="http://www.w3.org/2000/svg" class="chart" width="${width}" height="${all}" viewBox="0 0 ${width} ${all}" font-size="12" role="img" aria-label="${label}"><style>${new Markup(CHART_STYLE)}</style><rect class="paper" width="${width}" height="${all}" rx="8"/><text class="t title" x="${PADDING}" y="42" font-size="18">${title}</text><text class="m" x="${PADDING}" y="64">${meta}</text><g transform="translate(${PADDING} 84)">${legend.body}</g><g transform="translate(${PADDING} ${top})">${body}</g></svg>
`.text
}

function drawLegend(series: readonly Series[]): { body: Markup; height: number } {
  let [x, y] = [0, 0]
  const body = series.map(({ name, color, isPrevious }) => {
    const text = cut(name, 40)
    const width = textWidth(text) + 40
    if (x > 0 && x + width > CHART.width) [x, y] = [0, y + 20]
    const at = x
    x += width
    return markup`<rect class="f${color}${isPrevious ? ' faint' : ''}" x="${px(at)}" y="${y}" width="10" height="10" rx="2"/><text class="t" x="${px(at + 16)}" y="${y + 9}">${text}</text>`
  })
  return { body: markup`${body}`, height: series.length > 0 ? y + 24 : 0 }
}
