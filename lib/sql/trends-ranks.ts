import type { TrendsPlan } from '../plan/trends.ts'
import { call, column, compare, type Expr, type Select, type Source, value } from '../tree/query.ts'
import { plainBreakdown } from './trends-events.ts'

/** What stands for a missing, null or empty value, and for the values beyond the limit (contract/trends.md 5). */
export const BREAKDOWN_NONE = '$$_posthog_breakdown_null_$$'
export const BREAKDOWN_OTHER = '$$_posthog_breakdown_other_$$'

/** Ranks the values of the range, keeps the first `limit`, sums the rest into one. */
export function ranked(plan: TrendsPlan, counted: Source): Select {
  const plain = plainBreakdown(plan)
  const isList = (plan.breakdown?.parts.length ?? 0) > 1
  const limit = value(plan.breakdown?.limit ?? 25, 'int')
  const none = value(BREAKDOWN_NONE, 'text')
  const breakdown = column('texts', 'breakdown')
  const total = call('sum', column('sums', 'value'))
  const isNone: Expr = {
    kind: 'if',
    // a list with any part missing counts as none
    condition: isList
      ? { kind: 'match', how: 'like', expr: breakdown, pattern: BREAKDOWN_NONE }
      : compare(breakdown, '=', none),
    whenTrue: value(1, 'int'),
    whenFalse: value(0, 'int'),
  }
  const named = (key: Expr): Expr => {
    if (isList) return call('textsJson', key, none)
    const text: Expr = plain ? { kind: 'breakdownText', property: plain, key } : key
    return { kind: 'if', condition: compare(text, '=', value('', 'text')), whenTrue: none, whenFalse: text }
  }
  const result: Expr = {
    kind: 'if',
    condition: compare(column('ranks', 'rank'), '<=', limit),
    whenTrue: breakdown,
    whenFalse: value(BREAKDOWN_OTHER, 'text'),
  }
  const bucket = column('counts', 'bucket')
  const table = (name: string): { kind: 'table'; name: string; alias: string } => ({ kind: 'table', name, alias: name })
  return {
    kind: 'select',
    with: [
      {
        name: 'counts',
        query: {
          kind: 'select',
          columns: ['bucket', 'key', 'value'].map((name) => ({ expr: column('counted', name), as: name })),
          from: counted,
        },
      },
      {
        name: 'sums',
        query: {
          kind: 'select',
          columns: [
            { expr: column('counts', 'key'), as: 'key' },
            { expr: call('sum', column('counts', 'value')), as: 'value' },
          ],
          from: table('counts'),
          groupBy: [column('counts', 'key')],
        },
      },
      {
        name: 'texts',
        query: {
          kind: 'select',
          columns: [
            { expr: column('sums', 'key'), as: 'key' },
            { expr: named(column('sums', 'key')), as: 'breakdown' },
          ],
          from: table('sums'),
        },
      },
      {
        name: 'ranks',
        query: {
          kind: 'select',
          columns: [
            { expr: breakdown, as: 'breakdown' },
            {
              expr: {
                kind: 'rowNumber',
                orderBy: [
                  ...(plan.shape === 'total' ? [] : [{ expr: isNone }]),
                  { expr: total, descending: true },
                  { expr: breakdown, byCodePoint: true },
                ],
              },
              as: 'rank',
            },
          ],
          from: table('texts'),
          joins: [{ source: table('sums'), on: compare(column('sums', 'key'), '=', column('texts', 'key')) }],
          groupBy: [breakdown],
        },
      },
    ],
    columns: [
      { expr: bucket, as: 'bucket' },
      { expr: result, as: 'breakdown' },
      { expr: call('sum', column('counts', 'value')), as: 'value' },
    ],
    from: table('counts'),
    joins: [
      { source: table('texts'), on: compare(column('texts', 'key'), '=', column('counts', 'key')) },
      { source: table('ranks'), on: compare(column('ranks', 'breakdown'), '=', breakdown) },
    ],
    groupBy: [bucket, result],
  }
}
