/** Tables as SVG, for image files. Pages show the whole table as HTML. */
import { cut } from '../core/text.ts'
import { type Box, type Drawing, fitting, px } from './drawing.ts'
import { NUMBERS } from './format.ts'
import { type Markup, markup } from './markup.ts'
import { isShaded, type RichCell, type Table, type TableCell, textOf } from './table.ts'

const PLAIN_ROWS = 12

/** The first rows and columns of a table. A shaded table has more of both. */
export const drawCells = (table: Table, box: Box): Drawing =>
  isShaded(table) ? drawShaded(table, box) : drawPlain(table, box)

function drawPlain({ columns, rows, total }: Table, { width }: Box): Drawing {
  const shown = columns.slice(0, Math.max(2, Math.floor(width / 150)))
  const room = width / Math.max(1, shown.length)
  const cell = (text: string, column: number, y: number, kind: string) =>
    column === 0
      ? markup`<text class="${kind}" x="0" y="${y}">${cut(text, fitting(room - 10))}</text>`
      : markup`<text class="${kind}" x="${px(room * (column + 1))}" y="${y}" text-anchor="end">${cut(text, fitting(room - 10))}</text>`
  const head = shown.map((name, column) => cell(textOf(name), column, 20, 'm'))
  const body = rows.slice(0, PLAIN_ROWS).map((row, index) => {
    const y = 48 + index * 28
    const cells = shown.map((_, column) => cell(textOf(row[column] ?? ''), column, y, 't'))
    return markup`<path class="g" d="M0 ${y - 18}H${width}"/>${cells}`
  })
  const end = 48 + Math.min(rows.length, PLAIN_ROWS) * 28
  return { body: markup`${head}${body}${drawRest(total - PLAIN_ROWS, end)}`, height: end + 12 }
}

const drawRest = (more: number, y: number): Markup | false =>
  more > 0 && markup`<text class="m" x="0" y="${y}">and ${NUMBERS.full(more)} more</text>`

/** At most so many rows and shaded columns. */
const SHADED = { rows: 40, columns: 40 }
/** Widths: of the names, of the first numbers, of a cell at least and at most, and of one that has a note. */
const WIDTHS = { name: 100, first: 64, least: 32, most: 96, noted: 40 }
const ROW = 32
const HEAD = 28

function drawShaded({ columns, rows, total }: Table, box: Box): Drawing {
  const [corner = '', ...others] = columns
  const names = others.slice(0, SHADED.columns)
  const left = WIDTHS.name + WIDTHS.first
  const room = (box.width - left) / Math.max(1, names.length - 1)
  const step = Math.min(WIDTHS.most, Math.max(WIDTHS.least, room))
  const width = Math.max(box.width, left + step * (names.length - 1))
  const places = names.map((_, column) =>
    column === 0 ? { left: WIDTHS.name, step: WIDTHS.first } : { left: left + step * (column - 1), step },
  )
  const head = names.map(
    (name, column) =>
      markup`<text class="m" x="${middleOf(places[column])}" y="16" text-anchor="middle" font-size="11">${cut(textOf(name), fitting(step, 11))}</text>`,
  )
  const body = rows.slice(0, SHADED.rows).map(([name = '', ...cells], index) => {
    const top = HEAD + index * ROW
    const isSection = cells.length === 0
    const text = cut(textOf(name), fitting(isSection ? width : WIDTHS.name - 8))
    const drawn = places.map((place, column) => drawShade(cells[column] ?? '', top, place))
    return markup`<text class="t${isSection && ' strong'}" x="0" y="${top + 20}">${text}</text><g text-anchor="middle">${drawn}</g>`
  })
  const end = HEAD + Math.min(rows.length, SHADED.rows) * ROW
  const more = [
    [total - SHADED.rows, 'rows'],
    [others.length - SHADED.columns, 'columns'],
  ] as const
  const rest = more.flatMap(([count, of]) => (count > 0 ? [`${NUMBERS.full(count)} more ${of}`] : [])).join(' and ')
  const last = rest !== '' && markup`<text class="m" x="0" y="${end + 18}">and ${rest}</text>`
  return {
    body: markup`<text class="m" x="0" y="16" font-size="11">${textOf(corner)}</text>${head}${body}${last}`,
    width,
    height: end + (last ? 28 : 4),
  }
}

interface Place {
  readonly left: number
  readonly step: number
}

const middleOf = (place: Place | undefined) => px((place?.left ?? 0) + (place?.step ?? 0) / 2)

function drawShade(cell: TableCell, top: number, place: Place): Markup | false {
  const { text, note, shade, isPartial }: RichCell = typeof cell === 'string' ? { text: cell } : cell
  if (text === '') return false
  const { left, step } = place
  const middle = middleOf(place)
  const ink = shade === undefined ? 't' : `u${shade}`
  const isNoted = note !== undefined && step >= WIDTHS.noted
  const size = step >= WIDTHS.noted ? 12 : 11
  const back =
    shade !== undefined &&
    markup`<rect class="h${shade}${isPartial && ' open'}" x="${px(left + 1)}" y="${top + 1}" width="${px(step - 2)}" height="${ROW - 2}" rx="3"/>`
  const under =
    isNoted &&
    markup`<text class="${ink}" x="${middle}" y="${top + 26}" font-size="9">${cut(note, fitting(step, 9))}</text>`
  return markup`${back}<text class="${ink}" x="${middle}" y="${top + (isNoted ? 15 : 20)}" font-size="${size}">${cut(text, fitting(step, size))}</text>${under}`
}
