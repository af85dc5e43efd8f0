import { assert } from '../core/assert.ts'
import type { BreakdownPart, CohortValue } from '../plan/breakdown.ts'
import type { FilterGroup } from '../plan/condition.ts'
import { call, column, common, compare, isNull, property, value } from '../tree/build.ts'
import type { Expr, Order, PropertyRead } from '../tree/expr.ts'
import type { CommonTable, Join } from '../tree/relation.ts'

/** The filter, and the actor is a member of the cohort. */
export const ofMembers = (filter: FilterGroup, id: CohortValue['id']): FilterGroup =>
  id === 'all' ? filter : { kind: 'and', args: [filter, { kind: 'cohort', ids: [id], negated: false }] }

const text = column('texts', 'breakdown')

/** Table `ranks`, from the table `texts`: the `rank` of each `breakdown`, from 1, in this order and then by its code points. */
export const rankTable = (orderBy: readonly Order[], joins: readonly Join[] = []): CommonTable => ({
  name: 'ranks',
  query: {
    kind: 'select',
    columns: [
      { expr: text, as: 'breakdown' },
      {
        expr: {
          kind: 'window',
          fn: 'rowNumber',
          of: null,
          partitionBy: [],
          orderBy: [...orderBy, { expr: text, byCodePoint: true }],
        },
        as: 'rank',
      },
    ],
    from: common('texts'),
    joins,
    groupBy: [text],
  },
})

/** Joins its rank to a row of `texts`. */
export const JOIN_RANKS: Join = {
  source: common('ranks'),
  on: compare(column('ranks', 'breakdown'), '=', text),
}

/** The breakdown value of an event, for one part of a breakdown: `float` for histograms, else `text`. */
export function readBreakdown({ property: own, expression }: BreakdownPart, type: 'text' | 'float'): Expr {
  if (own) return property(own.of, own.key, type)
  const read = type === 'text' ? expression?.text : expression?.number
  assert(read, 'a breakdown is by a property or an expression, a histogram by a number')
  return read
}

/** The property whose values are used as they are; null if the part is an expression, or changes its values. */
export const plainProperty = ({ property: own, normalizeUrl, bins }: BreakdownPart): PropertyRead | null =>
  own && !normalizeUrl && bins === null ? property(own.of, own.key, 'text') : null

/** The breakdown value of an event as text, for a part that is no histogram. A missing value is ''. */
export function breakdownText(part: BreakdownPart): Expr {
  const none = value('', 'text')
  const read = readBreakdown(part, 'text')
  if (!part.normalizeUrl) return call('coalesce', read, none)
  return { kind: 'if', condition: isNull(read), whenTrue: none, whenFalse: call('trimUrl', read) }
}
