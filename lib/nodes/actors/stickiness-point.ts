import * as z from 'zod/mini'
import { invalid, notSupported } from '../../core/errors.ts'
import { MAX_NAME } from '../bounds.ts'
import { NODE_DISPLAY_KEYS } from '../display.ts'
import { anyKeys, parseNodePart } from '../schema.ts'
import type { StickinessNode } from '../stickiness/node.ts'
import { parseStickiness } from '../stickiness/parse.ts'
import { COUNT_OPERATORS, type CountOperator, StickinessQuery } from '../stickiness/wire.ts'

const common = {
  source: z.looseObject({ kind: z.string() }),
  day: z.nullish(z.union([z.string().check(z.maxLength(MAX_NAME)), z.number()])),
  series: z.nullish(z.int().check(z.gte(0))),
  compare: z.nullish(z.enum(['current', 'previous'])),
  includeRecordings: z.nullish(z.boolean()),
  ...anyKeys(NODE_DISPLAY_KEYS),
}
/** PostHog has two kinds of nodes for the people behind stickiness; one of them can name an operator. */
const StickinessActorsQuery = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('StickinessActorsQuery'), operator: z.nullish(z.enum(COUNT_OPERATORS)), ...common }),
  z.strictObject({ kind: z.literal('InsightActorsQuery'), ...common }),
])

/** The actors that were active in so many intervals. */
export interface StickinessPoint {
  readonly kind: 'StickinessPoint'
  readonly source: StickinessNode
  readonly series: number
  readonly isPrevious: boolean
  /** null: those who were active in any interval. */
  readonly count: { readonly operator: CountOperator; readonly value: number } | null
}

/**
 * A StickinessActorsQuery, or an InsightActorsQuery over stickiness, -> the number whose actors are listed. `path`: its
 * place in the request. Throws 400 `invalid_input` if the query has no such number, `not_supported` if its actors are
 * the values of an expression.
 */
export function parseStickinessPoint(json: unknown, path: readonly string[]): StickinessPoint {
  const query = parseNodePart(StickinessActorsQuery, json, path)
  const attr = (...keys: string[]) => [...path, ...keys].join('__')
  const at = [...path, 'source']
  const source = parseStickiness(parseNodePart(StickinessQuery, query.source, at), at)
  const series = query.series ?? 0
  const counted = source.series[series]
  if (!counted) throw invalid(attr('series'), `The query has ${source.series.length} series, counted from 0.`)
  if (counted.mathHogql)
    throw notSupported(attr('series'), 'Listing the actors of a series that counts values of HogQL')
  if (query.compare === 'previous' && !source.compare)
    throw invalid(attr('compare'), 'The query does not compare with a previous period.')
  const operator = (query.kind === 'StickinessActorsQuery' && query.operator) || (source.isCumulative ? 'gte' : 'exact')
  return {
    kind: 'StickinessPoint',
    source,
    series,
    isPrevious: query.compare === 'previous',
    count: query.day == null ? null : { operator, value: wholeNumber(query.day, attr('day')) },
  }
}

function wholeNumber(day: string | number, attr: string): number {
  const value = Number(day)
  if (!/^\d{1,9}$/.test(String(day))) throw invalid(attr, 'For stickiness, day is a number of intervals.')
  return value
}
