/**
 * Texts that events hold as numbers: names, ids, values of hot properties. A test of one with a constant becomes a test
 * of its number; whatever else is done with one is done with its text. The number of a text that is not known is none
 * of those that events hold, so that a test and its opposite are as true as those of the text.
 */

import { column, value } from '../../tree/build.ts'
import type { Column, PropertyRead } from '../../tree/expr.ts'
import type { GroupOwner } from '../../tree/types.ts'
import { GROUP_OWNERS } from '../../tree/types.ts'
import type { LowerContext, Slot } from './lower-context.ts'
import {
  and,
  type Compare,
  call,
  children,
  compare,
  type Expr,
  type In,
  isNull,
  type Match,
  mapChildren,
  native,
  not,
  or,
  type Select,
} from './physical.ts'
import { ofProject, type StoredTable, stored } from './stored.ts'

export interface CodedText {
  /** The number that the event holds. */
  readonly id: Expr
  /** The text of a number; of texts that differ the numbers differ. */
  readonly textOf: (id: Expr) => Expr
  /** The numbers of the texts that pass. */
  readonly idsWhere: (test: (text: Expr) => Expr) => Select
  /** A text for the project rather than one of many: any test of it can be made once for each text. */
  readonly isOneOfFew: boolean
  /** The text of an event without a number; absent if each has one. */
  readonly without?: '' | null
  /** Rows that hold 0 have a text that has no number. */
  readonly uncoded?: boolean
}
/** A test of a text. */
export type TextTest = Compare | In | Match

/** No event holds it. */
export const NO_VALUE = value(-1, 'int')

/** The name of an event. `events`: the alias of the table, here and below. */
export const codedName = (events: string, context: LowerContext): CodedText => ({
  ...inDictionary(column(events, 'event'), '$event', context),
  isOneOfFew: true,
  textOf: (id) => ofKnown(id, dictionaryText(id, context)),
})

/** `id`: the number of a session, of whichever row; here and below. */
export const codedSession = (id: Expr, context: LowerContext): CodedText => ({
  ...inDictionary(id, '$session', context),
  textOf: (id) => dictionaryText(id, context),
  isOneOfFew: false,
  without: '',
})

/** The values of a hot property. */
export const codedSlot = (events: string, property: string, slot: Slot, context: LowerContext): CodedText => ({
  ...inDictionary(column(events, `slot_${slot.index}`), `p:${property}`, context),
  textOf: (id) => read('dictionary', (alias) => column(alias, 'value'), id, context),
  isOneOfFew: true,
  without: null,
  uncoded: slot.uncoded,
})

export const codedDistinctId = (events: string, context: LowerContext): CodedText => ({
  id: column(events, 'distinct_id'),
  textOf: (id) => read('distinct_ids', (alias) => column(alias, 'distinct_id'), id, context),
  idsWhere: (test) => rowsOf('distinct_ids', 'id', test(column('distinct_ids', 'distinct_id')), context),
  isOneOfFew: false,
})

export const codedGroup = (id: Expr, group: GroupOwner, context: LowerContext): CodedText => ({
  id,
  textOf: (of) => groupText(of, context),
  idsWhere: (test) => {
    const ofType = compare(column('groups', 'group_type_index'), '=', value(GROUP_OWNERS.indexOf(group), 'int'))
    return rowsOf('groups', 'id', and(ofType, test(column('groups', 'group_key'))), context)
  },
  isOneOfFew: false,
  without: '',
})

export const codedPerson = (id: Expr, context: LowerContext): CodedText => ({
  id,
  textOf: (of) => read('persons', (alias) => call('toText', column(alias, 'uuid')), of, context),
  idsWhere: (test) => rowsOf('persons', 'id', uuidTest(test(column('persons', 'uuid'))), context),
  isOneOfFew: false,
})

/** A test of the text of a uuid with constants; undefined if it must be made of the text. */
export function testOfUuid(test: TextTest, uuid: Expr): Expr | undefined {
  const of = withConstantRight(test)
  if (!of || of.kind === 'match') return undefined
  if (of.kind === 'in') return uuidTest({ ...of, expr: uuid })
  if (of.op !== '=' && of.op !== '!=') return undefined
  const equal = uuidTest({ ...of, op: '=', left: uuid })
  return of.op === '=' ? equal : not(equal)
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** A test of a uuid with constants, which are texts: one that is no uuid is none of them. */
function uuidTest(test: Expr): Expr {
  if (test.kind === 'in') {
    const values = test.list.values.filter((text) => UUID.test(String(text)))
    return native('isUuidOf', test.expr, { ...test.list, values })
  }
  if (test.kind !== 'compare' || test.right.kind !== 'value') return test
  return UUID.test(String(test.right.value))
    ? compare(test.left, '=', native('uuid', test.right))
    : value(false, 'boolean')
}

const ofKnown = (id: Expr, text: Expr): Expr => ({
  kind: 'if',
  condition: isNull(id),
  whenTrue: value(null, 'text'),
  whenFalse: text,
})

/** Columns `key` (the number) and `text`, what is made of it: all that the dictionary has. */
export const dictionaryRows = ({ name, read: own, of }: DictionaryText, { projectId }: LowerContext): Select => ({
  kind: 'select',
  columns: [
    { expr: column('dictionary', 'id'), as: 'key' },
    { expr: replaced(of, own, column('dictionary', 'value')), as: 'text' },
  ],
  from: stored('dictionary'),
  where: and(ofProject('dictionary', projectId), compare(column('dictionary', 'key'), '=', value(name, 'text'))),
})

const replaced = (e: Expr, own: Column | PropertyRead, by: Expr): Expr =>
  e.kind === own.kind ? by : mapChildren(e, (child) => replaced(child, own, by))

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

/** A text that is made of one that events hold as a number of the dictionary. */
export interface DictionaryText {
  /** The name under which the dictionary has the text. */
  readonly name: string
  readonly read: Column | PropertyRead
  /** What is made of it. */
  readonly of: Expr
}

/**
 * The texts of the dictionary that the expression, which reads `events`, is one of, each under a name of its own; null if
 * it may be anything else. Which of them it is may depend on anything.
 */
export function dictionaryTexts(e: Expr, context: LowerContext): readonly DictionaryText[] | null {
  const own = madeOfOne(e, context)
  if (own) return [own]
  if (e.kind !== 'if') return null
  const parts = [dictionaryTexts(e.whenTrue, context), dictionaryTexts(e.whenFalse, context)]
  const texts = parts.flatMap((part) => part ?? [])
  const isKnown = parts.every((part) => part !== null) && new Set(texts.map(({ name }) => name)).size === texts.length
  return isKnown ? texts : null
}

/** The same number gives the same text. */
export function madeOfOne(of: Expr, context: LowerContext): DictionaryText | undefined {
  const reads = readsOf(of)
  const [read] = reads ?? []
  const name = read && dictionaryName(read, context)
  if (!read || name === undefined || !reads?.every((each) => dictionaryName(each, context) === name)) return undefined
  // an event without the property has a number that is no text's: what is made of nothing must be nothing
  return read.kind === 'column' || isNullOfNull(of) ? { name, read, of } : undefined
}

const STRICT: readonly string[] = ['lower', 'upper', 'trim', 'trimEnd', 'left']

function isNullOfNull(e: Expr): boolean {
  if (e.kind === 'if') return isNullOfNull(e.whenTrue) && isNullOfNull(e.whenFalse)
  if (e.kind === 'replaceMatches' || e.kind === 'patternCall') return isNullOfNull(e.expr)
  return e.kind === 'property' || (e.kind === 'call' && STRICT.includes(e.fn) && e.args.some(isNullOfNull))
}

const PURE: readonly string[] =
  'value list call compare in match and or not isNull if replaceMatches patternCall'.split(' ')

/** The columns and properties that the expression is made of; null if it is made of anything else. */
function readsOf(e: Expr): readonly (Column | PropertyRead)[] | null {
  if (e.kind === 'column' || e.kind === 'property') return [e]
  if (!PURE.includes(e.kind)) return null
  const parts = children(e).map(readsOf)
  return parts.some((part) => part === null) ? null : parts.flatMap((part) => part ?? [])
}

/** The name under which the dictionary has the texts of a column or property of all events. */
function dictionaryName(e: Column | PropertyRead, { slots }: LowerContext): string | undefined {
  if (e.kind === 'column') return e.name === 'event' ? '$event' : undefined
  const isHot = e.of === 'event' && e.type === 'text' && slots.get(e.key)?.uncoded === false
  return isHot ? `p:${e.key}` : undefined
}

/** What a test of a text reads: its left side, or the right one if a constant stands on the left. */
export function testedText(test: TextTest): Expr {
  if (test.kind !== 'compare') return test.expr
  return isConstant(test.right) ? test.left : test.right
}

const isConstant = (e: Expr) => e.kind === 'value' && e.value !== null

/**
 * The test of a coded text by numbers; undefined if it must be made of the text. `rest` makes it of the text of one row.
 */
export function codedTest(coded: CodedText, test: TextTest, rest: (test: TextTest) => Expr): Expr | undefined {
  const of = withConstantRight(test)
  if (!of) return undefined
  if (of.kind === 'compare' && of.op === '!=') {
    const equal = codedTest(coded, { ...of, op: '=' }, rest)
    return equal && not(equal)
  }
  const passes = idTest(coded, of)
  if (!passes) return undefined
  if (coded.without === '') return and(not(isNull(coded.id)), passes)
  if (!coded.uncoded) return passes
  return or(passes, and(compare(coded.id, '=', value(0, 'int')), rest(of)))
}

function idTest({ id, idsWhere, isOneOfFew, without }: CodedText, test: TextTest): Expr | undefined {
  const isEqual = test.kind === 'compare' && test.op === '='
  if (!isEqual && test.kind !== 'in' && !isOneOfFew) return undefined
  // an event without a number may be meant
  if (without === '' && constantsOf(test).includes('')) return undefined
  const ids = idsWhere((text) => (test.kind === 'compare' ? { ...test, left: text } : { ...test, expr: text }))
  return isEqual
    ? compare(id, '=', call('coalesce', { kind: 'scalarQuery', query: ids }, NO_VALUE))
    : { kind: without === null ? 'inNumbers' : 'inQuery', expr: id, query: ids }
}

const constantsOf = (test: TextTest): readonly unknown[] =>
  test.kind === 'in'
    ? test.list.values
    : test.kind === 'compare' && test.right.kind === 'value'
      ? [test.right.value]
      : []

const FLIPPED = { '=': '=', '!=': '!=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const

/** The test with its constant on the right; undefined if a text is compared with anything else. */
function withConstantRight(test: TextTest): TextTest | undefined {
  if (test.kind !== 'compare' || isConstant(test.right)) return test
  return isConstant(test.left) ? { ...test, left: test.right, op: FLIPPED[test.op], right: test.left } : undefined
}

const orNothing = (text: Expr): Expr => call('coalesce', text, value('', 'text'))

/** The key of a group; '' if there is none. */
export const groupText = (id: Expr, context: LowerContext): Expr =>
  orNothing(read('groups', (alias) => column(alias, 'group_key'), id, context))

/** The text of a number of the dictionary; '' if there is none. */
export const dictionaryText = (id: Expr, context: LowerContext): Expr =>
  orNothing(read('dictionary', (alias) => column(alias, 'value'), id, context))

/** `made` of the row with the id. */
function read(from: StoredTable, made: (alias: string) => Expr, id: Expr, { projectId }: LowerContext): Expr {
  const alias = aliasBeside(from, id)
  const expr = made(alias)
  const where = and(ofProject(alias, projectId), compare(column(alias, 'id'), '=', id))
  const as = expr.kind === 'column' ? expr.name : 'text'
  return { kind: 'scalarQuery', query: { kind: 'select', columns: [{ expr, as }], from: stored(from, alias), where } }
}

/** The alias of a table that a query reads beside what `e` reads of the rows around it: one that hides none of them. */
export function aliasBeside(name: string, e: Expr): string {
  const text = JSON.stringify(e)
  let alias = name
  while (text.includes(`"table":${JSON.stringify(alias)}`)) alias += "'"
  return alias
}

function rowsOf(from: StoredTable, read: Expr | string, condition: Expr, { projectId }: LowerContext): Select {
  const expr = typeof read === 'string' ? column(from, read) : read
  return {
    kind: 'select',
    columns: [{ expr, as: expr.kind === 'column' ? expr.name : 'text' }],
    from: stored(from),
    where: and(ofProject(from, projectId), condition),
  }
}
