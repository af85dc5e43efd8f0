import { type Markup, markup } from './markup.ts'

/** The room for a drawing, in units of its view box. */
export interface Box {
  readonly width: number
  readonly height: number
}

export interface Drawing {
  readonly body: Markup
  readonly height: number
}

/** A coordinate. */
export const px = (value: number): number => Math.round(value * 10) / 10

/** Takes the pointer where nothing is drawn. */
export const target = (top: number, box: Box): Markup =>
  markup`<rect y="${top}" width="${box.width}" height="${box.height}" fill="none" pointer-events="all"/>`

const WIDTH_OF_CHARACTER = 6.7

/** About how wide a text of 12 px is: nothing here can measure it. */
export const textWidth = (text: string, size = 12): number => (text.length * WIDTH_OF_CHARACTER * size) / 12

/** How many characters fit. */
export const fitting = (width: number, size = 12): number =>
  Math.max(4, Math.floor((width * 12) / (WIDTH_OF_CHARACTER * size)))
