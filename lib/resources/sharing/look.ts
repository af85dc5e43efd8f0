/** How a link shows what it opens: the parameters of its pictures, pages and numbers (docs/embedding.md). */
import * as z from 'zod/mini'
import { NUMBERS_OF } from '../../render/one-number.ts'
import { THEMES, type Theme } from '../../render/palette.ts'
import { bounded, choice } from '../fields.ts'

const PICTURES = ['chart', 'badge', 'spark'] as const

export const lookParameters = {
  theme: z.optional(
    choice(THEMES).check(z.meta({ description: 'Of a page or a picture; as the reader has it unless given.' })),
  ),
  kind: z.optional(choice(PICTURES).check(z.meta({ description: 'Which picture `.svg` is.' }))),
  series: z.optional(
    bounded(1, 1_000).check(z.meta({ description: 'Which number or curve, if there are several; from 1.' })),
  ),
  of: z.optional(
    choice(NUMBERS_OF).check(z.meta({ description: 'The number of the whole range, or of its last bucket.' })),
  ),
  width: z.optional(bounded(40, 1_600).check(z.meta({ description: 'Of a chart, 280 at least, or a sparkline.' }))),
  height: z.optional(bounded(12, 400).check(z.meta({ description: 'Of a sparkline.' }))),
}

const parameters = z.object(lookParameters)
export type Look = z.infer<typeof parameters>

export const themeOf = ({ theme = 'auto' }: Pick<Look, 'theme'>): Theme => theme

/** What tells two pictures of the same apart. */
export const lookName = ({ theme, kind, series, of, width, height }: Look): string =>
  JSON.stringify([theme, kind, series, of, width, height])
