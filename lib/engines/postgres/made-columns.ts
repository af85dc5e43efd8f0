/** Columns that the catalog has and no table: what is made of others. */
import { column, property, value } from '../../tree/build.ts'
import type { Column } from '../../tree/expr.ts'
import { call, compare, type Expr, isNull, native } from './physical.ts'
import type { Scope } from './scope.ts'

const text = (of: string | null) => value(of, 'text')
const chainOf = (events: string) => property('event', '$elements_chain', 'text', events)
const elements = (events: string, what: string) =>
  native('elementValues', call('coalesce', chainOf(events), text('')), text(what))

/** What a column of `events` is made of, by its name. */
const OF_EVENTS: ReadonlyMap<string, (events: string) => Expr> = new Map<string, (events: string) => Expr>([
  ['elements_chain', (events) => call('coalesce', chainOf(events), text(''))],
  ['$window_id', (events) => property('event', '$window_id', 'text', events)],
  [
    'person_mode',
    (events) => ({
      kind: 'if',
      condition: compare(property('event', '$process_person_profile', 'text', events), '=', text('false')),
      whenTrue: text('propertyless'),
      whenFalse: text('full'),
    }),
  ],
  ['$session_id_uuid', (events) => native('uuidText', call('toText', column(events, '$session_id')))],
  [
    'elements_chain_href',
    (events) => call('coalesce', native('elementLink', call('coalesce', chainOf(events), text(''))), text('')),
  ],
  ['elements_chain_texts', (events) => native('different', elements(events, 'text'))],
  ['elements_chain_ids', (events) => native('different', elements(events, 'attr_id'))],
  [
    'elements_chain_elements',
    (events) => native('different', native('elementTags', call('coalesce', chainOf(events), text('')))),
  ],
])

/** What the column is made of; undefined for any other. */
export function madeColumn({ table: alias, name }: Column, scope: Scope): Expr | undefined {
  const mention = scope.mention(alias)
  const made = mention?.table.name === 'events' ? OF_EVENTS.get(name)?.(alias) : undefined
  if (!made || !mention?.isOptional) return made
  return { kind: 'if', condition: isNull(column(alias, 'uuid')), whenTrue: native('nothing'), whenFalse: made }
}
