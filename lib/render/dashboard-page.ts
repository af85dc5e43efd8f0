/** The page of a shared dashboard: like that of an insight, it makes no requests and shows everything without its script. */
import type { Chart } from './chart.ts'
import { type Markup, markup } from './markup.ts'
import { documentOf, type PageOptions } from './page.ts'
import type { PresentedInsight } from './show.ts'
import { chartElement, legendOf } from './svg.ts'
import { drawTable, type Table } from './table.ts'
import { describeInsight, type Words } from './words.ts'

export interface ShownTile {
  /** As stored: `sm.w` is the width in twelfths. */
  readonly layouts: unknown
  readonly text: string | null
  readonly insight: PresentedInsight | null
}

export interface ShownDashboard {
  readonly name: string | null
  readonly description: string
  readonly tiles: readonly ShownTile[]
}

/** Cells of the table of one tile. */
const MAX_CELLS = 2_000
const BOXES = { half: { width: 420, height: 260 }, whole: { width: 1_080, height: 340 } }
const WIDE = 9

/** A dashboard -> its HTML page. */
export function renderDashboard({ name, description, tiles }: ShownDashboard, options: PageOptions): string {
  const { embedded, now, theme = 'auto' } = options
  const title = name || 'Untitled dashboard'
  const words = tiles.map(({ insight }) => insight && describeInsight(insight, now))
  const waits = words.flatMap((one) => one?.reloadSeconds ?? [])
  const again = waits.length > 0 ? Math.min(...waits) : 0
  const about = description !== '' && markup`<p class="description">${description}</p>`
  const header = !embedded && markup`<header><div><h1>${title}</h1>${about}</div></header>`
  const shown = tiles.map((tile, index) => drawTile(tile, words[index] ?? null))
  const empty = tiles.length === 0 && markup`<p class="message">This dashboard has no tiles.</p>`
  const body = markup`<main class="board${embedded && ' embedded'}" data-again="${again}">${header}<div class="tiles">${shown}</div>${empty}</main><div class="tip" hidden></div>`
  const reload = again > 0 && markup`<noscript><meta http-equiv="refresh" content="${again}"></noscript>`
  const summary = description || `${tiles.length} tiles`
  const head = markup`<meta name="description" content="${summary}"><meta property="og:type" content="website"><meta property="og:title" content="${title}"><meta property="og:description" content="${summary}">${reload}`
  return documentOf(title, body, head, theme)
}

function drawTile({ layouts, text }: ShownTile, words: Words | null): Markup {
  const width = widthOf(layouts)
  if (!words) return markup`<article class="w${width}"><p class="note">${text}</p></article>`
  const { chart, beneath, table } = words.shown
  const isDrawn = chart.kind !== 'table' && chart.kind !== 'empty'
  const box = width >= WIDE ? BOXES.whole : BOXES.half
  const figure = (one: Chart) => {
    const legend = legendOf(one).map(
      ({ name, color, isPrevious }) =>
        markup`<li><i class="b${color}${isPrevious && ' previous'}"></i><span title="${name}">${name}</span>`,
    )
    const list = legend.length > 0 && markup`<ul class="legend">${legend}</ul>`
    return markup`<figure>${list}<div class="scroll">${chartElement(one, words, box, 'tile')}</div></figure>`
  }
  const message = chart.kind === 'empty' && markup`<p class="message" role="status">${chart.message}</p>`
  const numbers =
    table.rows.length > 0 && markup`<div class="numbers" tabindex="0">${drawTable(bounded(table), words.title)}</div>`
  const folded = isDrawn && numbers ? markup`<details><summary>Numbers</summary>${numbers}</details>` : numbers
  const time = words.refreshed && `Updated ${words.refreshed}`
  const meta = markup`<p class="meta">${[words.range, time].filter(Boolean).join(' · ')}</p>`
  return markup`<article class="w${width}"><h2>${words.title}</h2>${meta}${isDrawn && figure(chart)}${message}${folded}${beneath && figure(beneath)}</article>`
}

const bounded = (table: Table): Table => ({
  ...table,
  rows: table.rows.slice(0, Math.max(1, Math.floor(MAX_CELLS / Math.max(1, table.columns.length)))),
})

/** In twelfths; half of the page for a tile without a width. */
function widthOf(layouts: unknown): number {
  const width = Number((layouts as { readonly sm?: { readonly w?: unknown } } | null)?.sm?.w)
  return Number.isInteger(width) && width >= 1 && width <= 12 ? Math.max(3, width) : 6
}
