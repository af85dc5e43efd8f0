/** The page of a shared insight: one HTML file that makes no requests and shows everything without its script. */
import { type Chart, MAX_DRAWN } from './chart.ts'
import { Markup, markup } from './markup.ts'
import { PAGE_SCRIPT } from './page-script.ts'
import { PAGE_STYLES } from './page-style.ts'
import type { Theme } from './palette.ts'
import type { PresentedInsight } from './show.ts'
import { chartElement, legendOf } from './svg.ts'
import { drawTable } from './table.ts'
import { describeInsight, type Words } from './words.ts'

/** A page has a drawing for each of three widths; its style shows one of them. */
const BOXES = [
  ['wide', { width: 900, height: 400 }],
  ['middle', { width: 620, height: 360 }],
  ['narrow', { width: 400, height: 320 }],
] as const

export interface PageOptions {
  /** For an iframe: no title, no frame. */
  readonly embedded: boolean
  readonly now: Date
  /** `auto` unless given. */
  readonly theme?: Theme
}

/** An insight -> its HTML page. `now` decides when the page reloads while a computation runs. */
export function renderPage(insight: PresentedInsight, { embedded, now, theme = 'auto' }: PageOptions): string {
  const words = describeInsight(insight, now)
  const { chart, beneath, table } = words.shown
  const hasChart = chart.kind !== 'table' && chart.kind !== 'empty'
  const hasNumbers = table.rows.length > 0
  const time =
    insight.last_refresh && markup`Updated <time datetime="${insight.last_refresh}">${words.refreshed}</time>`
  const refreshing = words.reloadSeconds !== null && hasNumbers && markup` · being refreshed`
  const meta = markup`<p class="meta">${words.range}${words.range && time ? ' · ' : ''}${time}${refreshing}</p>`
  const toggle = hasChart && !embedded && markup`<button class="toggle" type="button" hidden>Show table</button>`
  const description = insight.description && markup`<p class="description">${insight.description}</p>`
  const figure = hasChart && drawFigure(chart, words)
  const under = beneath && drawFigure(beneath, words)
  const message = chart.kind === 'empty' && markup`<p class="message" role="status">${chart.message}</p>`
  const numbers = hasNumbers && markup`<div class="numbers" tabindex="0">${drawTable(table, words.title)}</div>`
  const classes = [...(embedded ? ['embedded'] : []), ...(hasChart ? ['has-chart'] : [])].join(' ')
  const header = markup`<header><div><h1>${words.title}</h1>${description}${!embedded && meta}</div>${toggle}</header>`
  const body = markup`<main class="${classes}" data-again="${words.reloadSeconds ?? 0}">${header}${figure}${message}${numbers}${under}${embedded && meta}</main><div class="tip" hidden></div>`
  return documentOf(words.title, body, headOf(words, hasNumbers), theme)
}

/** A page with a message, for example if a link is unknown or the server cannot answer now. */
export const renderMessage = (title: string, message: string, theme: Theme): string =>
  documentOf(title, markup`<main><h1>${title}</h1><p class="message">${message}</p></main>`, markup``, theme)

function drawFigure(chart: Chart, words: Words): Markup {
  const legend = legendOf(chart).map(
    ({ name, color, isPrevious }) =>
      markup`<li><i class="b${color}${isPrevious ? ' previous' : ''}"></i><span title="${name}">${name}</span>`,
  )
  const total = chart.kind === 'series' ? chart.total : 0
  const more =
    total > MAX_DRAWN &&
    markup`<figcaption class="more">The first ${MAX_DRAWN} of ${total} series are drawn.</figcaption>`
  const list = legend.length > 0 && markup`<ul class="legend">${legend}</ul>`
  const charts = BOXES.map(([name, box]) => chartElement(chart, words, box, name))
  return markup`<figure>${list}<div class="scroll">${charts}</div>${more}</figure>`
}

/** The `head` of a page. While the result is being computed, browsers without scripts reload it. */
function headOf({ title, description, reloadSeconds }: Words, hasNumbers: boolean): Markup {
  const reload =
    reloadSeconds !== null &&
    !hasNumbers &&
    markup`<noscript><meta http-equiv="refresh" content="${reloadSeconds}"></noscript>`
  return markup`<meta name="description" content="${description}"><meta property="og:type" content="website"><meta property="og:title" content="${title}"><meta property="og:description" content="${description}">${reload}`
}

/** A whole page. `head`: what its `head` has besides. */
export const documentOf = (title: string, body: Markup, head: Markup, theme: Theme): string =>
  markup`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">${head}<link rel="icon" href="data:,"><style>${new Markup(PAGE_STYLES[theme])}</style><script>${new Markup(PAGE_SCRIPT)}</script></head><body>${body}</body></html>
`.text
