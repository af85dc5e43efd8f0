/**
 * Texts that events hold as numbers: names, ids, values of hot properties. A test of one with a constant becomes a test
 * of its number; whatever else is done with one is done with its text. The number of a text that is not known is none
 * of those that events hold, so that a test and its opposite are as true as those of the text.
 */
import { and, call, column, compare, isNull, not, or, table, value } from '../../tree/build.ts'
import type { Compare, Expr, In, Match } from '../../tree/expr.ts'
import type { Select } from '../../tree/relation.ts'
import { GROUP_OWNERS } from '../../tree/types.ts'
import type { LowerContext, Slot } from './lower-context.ts'

export interface CodedText {
  /** The number that the event holds. */
  readonly id: Expr
  /** The numbers of the texts that pass. */
  readonly idsWhere: (test: (text: Expr) => Expr) => Select
  /** A text for the project rather than one of many: any test of it can be made once for each text. */
  readonly isOneOfFew: boolean
  /** What an event without a number has; absent when there is none. */
  readonly without?: '' | null
  /** Rows that hold 0 have a text that has no number. */
  readonly uncoded?: boolean
}
/** A test of a text. */
export type TextTest = Compare | In | Match

const EVENT_NAMES = '$event'
const SESSIONS = '$session'
/** Dictionary key of a property's values. */
const slotKey = (property: string) => `p:${property}`
/** No event holds it. */
export const NO_VALUE = value(-1, 'int')
const slotColumn = (slot: Slot) => column('events', `slot_${slot.index}`)

/** The hot slot of a property that is read as text. */
export function slotOf(e: Expr, { slots }: LowerContext): { slot: Slot; id: Expr; key: string } | undefined {
  const slot = e.kind === 'property' && e.of === 'event' && e.type === 'text' ? slots.get(e.key) : undefined
  return slot && e.kind === 'property' ? { slot, id: slotColumn(slot), key: slotKey(e.key) } : undefined
}

/** The column of an event that a text stands in, if it does. */
function columnOf(e: Expr): { name: string; isText: boolean } | undefined {
  if (e.kind === 'column') return e.table === 'events' ? { name: e.name, isText: false } : undefined
  const of = e.kind === 'call' && e.fn === 'toText' ? e.args[0] : undefined
  return of?.kind === 'column' && of.table === 'events' ? { name: of.name, isText: true } : undefined
}

/** How a text is coded; undefined for one that is not. */
export function codedText(e: Expr, context: LowerContext): CodedText | undefined {
  const hot = slotOf(e, context)
  if (hot)
    return { ...inDictionary(hot.id, hot.key, context), isOneOfFew: true, without: null, uncoded: hot.slot.uncoded }
  const { name, isText } = columnOf(e) ?? {}
  if (name === 'event') return { ...inDictionary(column('events', 'event'), EVENT_NAMES, context), isOneOfFew: true }
  if (name === 'distinct_id') return ofDistinctId(context)
  if (!isText) return undefined
  if (name === '$session_id')
    return { ...inDictionary(column('events', 'session'), SESSIONS, context), isOneOfFew: false, without: '' }
  const index = GROUP_OWNERS.findIndex((group) => name === `$${group}`)
  return index < 0 ? undefined : ofGroup(index, context)
}

const inDictionary = (id: Expr, key: string, context: LowerContext) => ({
  id,
  idsWhere: (test: (text: Expr) => Expr) =>
    rowsOf(
      'dictionary',
      'id',
      and(compare(column('dictionary', 'key'), '=', value(key, 'text')), test(column('dictionary', 'value'))),
      context,
    ),
})

const ofDistinctId = (context: LowerContext): CodedText => ({
  id: column('events', 'distinct_id'),
  idsWhere: (test) => rowsOf('distinct_ids', 'id', test(column('distinct_ids', 'distinct_id')), context),
  isOneOfFew: false,
})

const ofGroup = (index: number, context: LowerContext): CodedText => ({
  id: column('events', `group_${index}`),
  idsWhere: (test) => {
    const ofType = compare(column('groups', 'group_type_index'), '=', value(index, 'int'))
    return rowsOf('groups', 'id', and(ofType, test(column('groups', 'group_key'))), context)
  },
  isOneOfFew: false,
  without: '',
})

/** The text of a column of numbers, read for each event. */
export function textOf(e: Expr, context: LowerContext): Expr | undefined {
  const { name, isText } = columnOf(e) ?? {}
  if (name === 'event') return dictionaryText(column('events', 'event'), context)
  if (name === 'distinct_id')
    return read('distinct_ids', column('distinct_ids', 'distinct_id'), column('events', name), context)
  if (!isText) return undefined
  if (name === '$session_id') return dictionaryText(column('events', 'session'), context)
  const group = GROUP_OWNERS.find((owner) => name === `$${owner}`)
  return group && orNothing(read('groups', column('groups', 'group_key'), column('events', group), context))
}

/** The test by numbers; undefined where it must be made of the text. `rest` makes it of the text of one row. */
export function codedTest(test: TextTest, context: LowerContext, rest: (test: TextTest) => Expr): Expr | undefined {
  const { left, of } = sides(test)
  const coded = codedText(left, context)
  if (!coded || !of) return undefined
  if (of.kind === 'compare' && of.op === '!=') {
    const equal = codedTest({ ...of, op: '=' }, context, rest)
    return equal && not(equal)
  }
  const found = idTest(coded, of)
  if (!found) return undefined
  if (coded.without === '') return and(not(isNull(coded.id)), found)
  if (!coded.uncoded) return found
  return or(found, and(compare(coded.id, '=', value(0, 'int')), rest(of)))
}

function idTest({ id, idsWhere, isOneOfFew, without }: CodedText, test: TextTest): Expr | undefined {
  const isEqual = test.kind === 'compare' && test.op === '='
  if (!isEqual && test.kind !== 'in' && !isOneOfFew) return undefined
  // an event without a number may be meant
  if (without === '' && constantsOf(test).includes('')) return undefined
  const ids = idsWhere((text) => (test.kind === 'compare' ? { ...test, left: text } : { ...test, expr: text }))
  return isEqual
    ? compare(id, '=', call('coalesce', { kind: 'scalarQuery', query: ids }, NO_VALUE))
    : { kind: 'inQuery', expr: id, query: ids, ...(without === null ? { nullStays: true } : {}) }
}

const constantsOf = (test: TextTest): readonly unknown[] =>
  test.kind === 'in'
    ? test.list.values
    : test.kind === 'compare' && test.right.kind === 'value'
      ? [test.right.value]
      : []

const FLIPPED = { '=': '=', '!=': '!=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const

/** What is tested, and the test with its constant on the right; no test when what it is compared with is no text that is known. */
function sides(test: TextTest): { left: Expr; of: TextTest | undefined } {
  if (test.kind !== 'compare') return { left: test.expr, of: test }
  const isConstant = (e: Expr) => e.kind === 'value' && e.value !== null
  if (isConstant(test.right)) return { left: test.left, of: test }
  const flipped = { ...test, left: test.right, op: FLIPPED[test.op], right: test.left }
  return { left: test.right, of: isConstant(test.left) ? flipped : undefined }
}

const orNothing = (text: Expr): Expr => call('coalesce', text, value('', 'text'))

export const dictionaryText = (id: Expr, context: LowerContext): Expr =>
  orNothing(read('dictionary', column('dictionary', 'value'), id, context))

/** What the row with the id has. */
export const read = (from: string, expr: Expr, id: Expr, context: LowerContext): Expr => ({
  kind: 'scalarQuery',
  query: rowsOf(from, expr, compare(column(from, 'id'), '=', id), context),
})

function rowsOf(from: string, what: Expr | string, condition: Expr, { projectId }: LowerContext): Select {
  const expr = typeof what === 'string' ? column(from, what) : what
  return {
    kind: 'select',
    columns: [{ expr, as: expr.kind === 'column' ? expr.name : 'text' }],
    from: table(from),
    where: and(compare(column(from, 'project'), '=', value(projectId, 'int')), condition),
  }
}
