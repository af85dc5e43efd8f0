/** What lists of persons and groups choose by, beside what a query can say (docs/actors.md). */
import { escapeRegex, readRegex } from '../hogql/patterns.ts'
import type { ActorChoice, ActorKind, ActorPlace } from '../nodes/actors/choice.ts'
import type { ActorsPlan } from '../plan/actors.ts'
import { and, call, column, compare, or, table, value } from '../tree/build.ts'
import type { Expr, List } from '../tree/expr.ts'
import { GROUP_OWNERS } from '../tree/types.ts'

type Test = (text: Expr) => Expr

/** Is the text a part, whatever the case? */
export const containing =
  (text: string): Test =>
  (expr) => ({ kind: 'match', how: 'ilike', expr, pattern: text })

/** Has the person a distinct id that passes? */
export const hasDistinctId = (person: Expr, test: Test): Expr => ({
  kind: 'inQuery',
  expr: person,
  query: {
    kind: 'select',
    columns: [{ expr: column('person_distinct_ids', 'person_id'), as: 'person_id' }],
    from: table('person_distinct_ids'),
    where: test(column('person_distinct_ids', 'distinct_id')),
  },
})

/** Those of the type that are known by more than an id: a distinct id without a profile, and a key of events, are rows, too. */
export function knownActors(of: ActorKind): Expr {
  const is = (name: string) => compare(column(of === 'person' ? 'persons' : of, name), '=', value(true, 'boolean'))
  if (of === 'person') return is('has_profile')
  return and(compare(column(of, 'index'), '=', value(GROUP_OWNERS.indexOf(of), 'int')), is('is_identified'))
}

/** The conditions on the rows that are listed. */
export function choiceConditions(choice: ActorChoice, { of, orderBy }: ActorsPlan): Expr[] {
  const alias = of === 'person' ? 'persons' : of
  const own = (name: string): Expr => column(alias, name)
  const { ids, number, distinctId, part, start } = choice
  return [
    ...(ids === null ? [] : [isOneOf(call('toText', own('id')), ids)]),
    ...(number === null ? [] : [compare(own('number'), '=', value(number, 'int'))]),
    ...(distinctId === null ? [] : [hasDistinctId(own('id'), (text) => compare(text, '=', value(distinctId, 'text')))]),
    ...(part === null ? [] : [or(hasValue(own('properties'), part), hasName(own('id'), of, matching(literal(part))))]),
    ...(start ? [isPast(start, own, orderBy[0]?.descending ?? false)] : []),
  ]
}

const hasName = (id: Expr, of: ActorKind, test: Test): Expr =>
  of === 'person' ? hasDistinctId(id, test) : test(call('toText', id))

function isOneOf(text: Expr, ids: readonly string[]): Expr {
  const list: List = { kind: 'list', values: ids, type: 'text' }
  return ids.length === 0 ? value(false, 'boolean') : { kind: 'in', expr: text, list }
}

/** Comes the actor after the place? The first test is what an index is read by. */
function isPast({ at, number }: ActorPlace, own: (name: string) => Expr, descending: boolean): Expr {
  const [instant, past] = [value(at, 'instant'), descending ? '<' : '>'] as const
  return and(
    compare(own('created_at'), descending ? '<=' : '>=', instant),
    or(compare(own('created_at'), past, instant), compare(own('number'), past, value(number, 'int'))),
  )
}

/** A pattern of the text as it is, whatever the case. */
const literal = (text: string): string => `(?i)${escapeRegex(text)}`
/** The rest of a value in the text of a document: a key has a colon behind its quote. */
const REST_OF_VALUE = String.raw`(?:[^"\\]|\\.)*(?:$|"(?:[^:]|$))`

const matching =
  (pattern: string): Test =>
  (expr) => ({ kind: 'match', how: 'regex', expr, pattern: readRegex(pattern, 'search') })

/** Has some property a value with the part in it? Few texts have the part at all, which is told sooner. */
function hasValue(properties: Expr, part: string): Expr {
  const text = call('toText', properties)
  // in the text of a document some characters are written in another way
  const written = JSON.stringify(part).slice(1, -1)
  return and(containing(written)(text), matching(literal(written) + REST_OF_VALUE)(text))
}
