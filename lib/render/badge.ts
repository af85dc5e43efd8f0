/** Small pictures for other pages: a badge with a number, a sparkline (docs/embedding.md "Links"). */

import { invalid } from '../core/errors.ts'
import { cut } from '../core/text.ts'
import type { ShapedResult } from '../shape/index.ts'
import { MAX_DRAWN, type SeriesChart } from './chart.ts'
import { drawSparkline } from './draw-series.ts'
import { type Box, px, textWidth } from './drawing.ts'
import { Markup, markup } from './markup.ts'
import { type NumberWish, oneNumber } from './one-number.ts'
import { CHART_STYLES, type Theme, themed } from './palette.ts'
import { type PresentedInsight, showInsight } from './show.ts'

/** The style of badges, a constant for each theme. */
export const BADGE_STYLES = themed(
  '.name{fill:#475569}.number{fill:#1d4ed8}.none{fill:#64748b}text{fill:#fff}',
  '.name{fill:#334155}.number{fill:#60a5fa}.none{fill:#64748b}text{fill:#f1f5f9}.number+text{fill:#0b1220}',
)
type WithResult = PresentedInsight & { readonly result: ShapedResult }

const FONT = 'Verdana,DejaVu Sans,Geneva,sans-serif'
const [SIZE, HEIGHT, PADDING, LONGEST] = [11, 20, 7, 60]

/** A label and the one number of a result as an SVG file. Throws 400 `no_one_number`. */
export function renderBadge(insight: WithResult, wish: NumberWish, theme: Theme): string {
  const title = insight.name || insight.derived_name || 'Untitled insight'
  const { name, value, format } = oneNumber(insight.result, insight.looks, insight.last_refresh, wish)
  const whole = format.full(value)
  const label = wish.series === undefined || title.includes(name) ? title : `${title}: ${name}`
  return drawBadge(label, whole.length > 9 ? format.short(value) : whole, 'number', theme)
}

/** A badge in place of a picture that cannot be shown. */
export const badgeOfError = (message: string, theme: Theme): string => drawBadge('edgehog', message, 'none', theme)

function drawBadge(label: string, value: string, kind: 'number' | 'none', theme: Theme): string {
  const [left, right] = [cut(label, LONGEST), cut(value, LONGEST)]
  // Verdana is wide
  const widthOf = (text: string) => Math.round(1.06 * textWidth(text, SIZE)) + 2 * PADDING
  const [a, b] = [widthOf(left), widthOf(right)]
  const text = (words: string, from: number, width: number) =>
    markup`<text x="${px(from + width / 2)}" y="14" text-anchor="middle" textLength="${width - 2 * PADDING}">${words}</text>`
  return markup`<svg xmlns="http://www.w3.org/2000/svg" width="${a + b}" height="${HEIGHT}" viewBox="0 0 ${a + b} ${HEIGHT}" font-family="${FONT}" font-size="${SIZE}" role="img" aria-label="${left}: ${right}"><style>${new Markup(BADGE_STYLES[theme])}</style><title>${left}: ${right}</title><clipPath id="c"><rect width="${a + b}" height="${HEIGHT}" rx="3"/></clipPath><g clip-path="url(#c)"><rect class="name" width="${a}" height="${HEIGHT}"/>${text(left, 0, a)}<rect class="${kind}" x="${a}" width="${b}" height="${HEIGHT}"/>${text(right, a, b)}</g></svg>
`.text
}

/** The curves of a result without axes as an SVG file. Throws 400 `no_curve` if it has none. */
export function renderSpark(insight: PresentedInsight, { series }: NumberWish, box: Box, theme: Theme): string {
  const shown = showInsight(insight)
  const chart = [shown?.chart, shown?.beneath].find((one): one is SeriesChart => one?.kind === 'series')
  if (!shown || !chart) throw invalid(null, 'There is no curve here.', 'no_curve')
  const drawn = chart.series.filter(({ isBackground, isPrevious }) => !isBackground && !isPrevious).slice(0, MAX_DRAWN)
  const chosen = series === undefined ? drawn : drawn.slice(series - 1, series)
  if (chosen.length === 0) throw invalid('series', `There are ${drawn.length} curves here.`, 'no_curve')
  const marks = drawSparkline({ ...chart, series: chosen }, box)
  const title = insight.name || insight.derived_name || 'Untitled insight'
  return markup`<svg xmlns="http://www.w3.org/2000/svg" class="chart" width="${box.width}" height="${box.height}" viewBox="0 0 ${box.width} ${box.height}" role="img" aria-label="${title}: ${shown.summary}"><style>${new Markup(CHART_STYLES[theme])}</style><title>${title}: ${shown.summary}</title>${marks}</svg>
`.text
}
