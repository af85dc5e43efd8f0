import { type Markup, markup } from './markup.ts'

/** The size of a drawing, in units of its view box. */
export interface Box {
  readonly width: number
  readonly height: number
}

export interface Drawing {
  readonly body: Markup
  readonly height: number
  /** If it is wider than its box: a page scrolls it sideways. */
  readonly width?: number
}

/** Rounds a coordinate to a tenth, so that the SVG stays short. */
export const px = (value: number): number => Math.round(value * 10) / 10

/** An invisible rectangle behind a mark that receives pointer events, so that its tip is easy to reach. */
export const target = (top: number, box: Box): Markup =>
  markup`<rect y="${top}" width="${box.width}" height="${box.height}" fill="none" pointer-events="all"/>`

const WIDTH_OF_CHARACTER = 6.7

/** The estimated width of a text in a font of `size` px. The worker cannot measure text. */
export const textWidth = (text: string, size = 12): number => (text.length * WIDTH_OF_CHARACTER * size) / 12

/** The estimated number of characters that fit into a width, in a font of `size` px; at least 4. */
export const fitting = (width: number, size = 12): number =>
  Math.max(4, Math.floor((width * 12) / (WIDTH_OF_CHARACTER * size)))
