/** Ids that are texts of their own to clients, those of sessions and the keys of groups: '' where there is none (docs/hogql-values.md). */
import { call, value } from '../tree/build.ts'
import type { Expr } from '../tree/expr.ts'
import { coerce } from './coerce.ts'
import type { FunctionContext, Typed, ValueInfo } from './rules.ts'
import type { FieldAst, PlainAst } from './syntax.ts'

/** Rather than of a person or an event. */
const isTextId = ({ type, idOf }: ValueInfo): boolean => type === 'id' && idOf !== 'person' && idOf !== 'event'

/** An id that is never null, as the text that it is. */
export const withOwnText = (typed: Typed, context: FunctionContext): Typed =>
  isTextId(typed) ? coerce(typed, 'text', context) : typed

/** Any id as its text: the database finds no text of an id that a window gives. */
export const idText = (typed: Typed, context: FunctionContext): Typed =>
  typed.type === 'id' ? coerce(typed, 'text', context) : typed

/** What the order of a value is that of: ids come in the order of their texts. Those of events are uuids, which come so. */
export const inTextOrder = (typed: Typed, context: FunctionContext): Typed =>
  typed.type === 'id' && typed.idOf !== 'event' ? coerce(typed, 'text', context) : typed

/** The id of a row that may have none, which is the text '' then; where a join may leave no row, it is null. */
export const mayBeEmpty = (info: ValueInfo): boolean =>
  isTextId(info) && info.idOf !== undefined && !info.isNeverEmpty && !info.isNullable

/** What two ids are compared as, where both may be empty: no text is a value like others. */
export const comparedIds = (a: ValueInfo, b: ValueInfo): ((id: Expr) => Expr) =>
  mayBeEmpty(a) && mayBeEmpty(b) ? (id) => call('coalesce', id, NO_TEXT) : (id) => id

/** The fields that are not '' in any row for which the condition holds: it says so itself, `$session_id != ''`. */
export function presentFields(condition: PlainAst | null): readonly FieldAst[] {
  if (condition?.kind !== 'call') return []
  if (condition.name === 'and') return condition.args.flatMap(presentFields)
  const [of, text] = condition.args
  const isTest = condition.name === 'notEquals' && text?.kind === 'literal' && text.value === ''
  return isTest && of?.kind === 'field' ? [of] : []
}

/** The number of no text. */
const NO_TEXT = value(-1, 'int')
