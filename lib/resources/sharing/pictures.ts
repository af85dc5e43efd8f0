/** An insight with its result as a picture, or as its one number (docs/embedding.md). */
import { invalid, unavailable } from '../../core/errors.ts'
import { BADGE_STYLES, renderBadge, renderSpark } from '../../render/badge.ts'
import { oneNumber, plainNumber } from '../../render/one-number.ts'
import { CHART_STYLES } from '../../render/palette.ts'
import type { PresentedInsight } from '../../render/show.ts'
import { renderSvg } from '../../render/svg.ts'
import { type Look, themeOf } from './look.ts'

/** An SVG file and the style inside it, which the content security policy names. */
export interface StyledSvg {
  readonly svg: string
  readonly style: string
}

const SPARK = { width: 160, height: 40 }

/** Whether a picture cannot be asked for again later: it is computed before it is sent. */
export const isWaitedFor = ({ kind = 'chart' }: Look): boolean => kind !== 'chart'

/** Throws 400 if there is no such picture, 503 if there is no result yet. */
export function drawPicture(insight: PresentedInsight, look: Look, now: Date): StyledSvg {
  const theme = themeOf(look)
  const { kind = 'chart', width, height = SPARK.height } = look
  if (kind === 'chart') return { svg: renderSvg(insight, now, { theme, width }), style: CHART_STYLES[theme] }
  const computed = requireResult(insight)
  if (kind === 'badge') return { svg: renderBadge(computed, look, theme), style: BADGE_STYLES[theme] }
  const box = { width: width ?? SPARK.width, height }
  return { svg: renderSpark(computed, look, box, theme), style: CHART_STYLES[theme] }
}

/** Throws 400 if there is no one number, 503 if there is no result yet. */
export function numberText(insight: PresentedInsight, look: Look): string {
  const { result, looks, last_refresh } = requireResult(insight)
  return plainNumber(oneNumber(result, looks, last_refresh, look).value)
}

/** Throws 503 if the result is being computed, 400 if there is none. */
function requireResult(insight: PresentedInsight) {
  const { result } = insight
  if (result) return { ...insight, result }
  const status = insight.query_status as { readonly complete: boolean } | null
  if (status && !status.complete) throw unavailable('The result is being computed.', 3)
  throw invalid(null, 'There is no result.', 'no_result')
}
