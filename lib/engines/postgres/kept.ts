/** How Postgres keeps a value that a query reads: the one place that knows, whatever is done with the value. */

import type { TableName } from '../../catalog/table.ts'
import { assert } from '../../core/assert.ts'
import { column, value } from '../../tree/build.ts'
import type { Column, PropertyRead } from '../../tree/expr.ts'
import { GROUP_OWNERS } from '../../tree/types.ts'
import {
  type CodedText,
  codedDistinctId,
  codedGroup,
  codedName,
  codedPerson,
  codedSession,
  codedSlot,
  dictionaryText,
  groupText,
} from './coded.ts'
import { call, type Expr, isNull } from './physical.ts'
import type { Mention, Scope } from './scope.ts'
import { sessionColumn, sessionRead } from './sessions.ts'
import { COLUMNS } from './stored.ts'

export interface Kept {
  /** The value. What it is read from is joined when this is called. */
  readonly value: () => Expr
  /** Events hold the number of the text. */
  readonly coded?: CodedText
}

/** How a column, the text of a column of ids, or a property is kept; undefined for any other expression. */
export function keptAs(e: Expr, scope: Scope): Kept | undefined {
  if (e.kind === 'property') return keptProperty(e, scope)
  if (e.kind === 'column') {
    const mention = scope.mention(e.table)
    return mention && keptColumn(mention, e.name, scope)
  }
  if (e.kind !== 'call' || e.fn !== 'toText' || e.args[0]?.kind !== 'column') return undefined
  const [id, idOf] = e.args
  if (scope.mention(id.table)) return keptIdText(id, scope)
  return idOf?.kind === 'value' ? keptId(id, String(idOf.value), scope) : undefined
}

function keptColumn(mention: Mention, name: string, scope: Scope): Kept {
  const { table, alias } = mention
  const { context } = scope
  const [join = '', theirs] = name.split('.')
  if (theirs !== undefined) {
    const target = table.joins.get(join)?.table
    assert(target && table.columns.has(name), `${table.name} has no column ${name}`)
    return { value: () => rowColumn(target, scope.lead(mention, join), theirs) }
  }
  if (table.name === 'events') {
    const own = column(alias, name)
    switch (name) {
      case 'event':
        return {
          value: () => ofPresent(mention, dictionaryText(own, context)),
          coded: codedName(alias, context),
        }
      case 'distinct_id': {
        const coded = codedDistinctId(alias, context)
        return { value: () => coded.textOf(own), coded }
      }
      case 'person_id':
        return { value: () => personOf(mention, scope) }
    }
  }
  if (table.name === 'sessions' && name === 'distinct_id') {
    return { value: () => codedDistinctId(alias, context).textOf(column(alias, name)) }
  }
  if (table.name === 'sessions' && !COLUMNS.sessions.has(name))
    return { value: () => sessionColumn(alias, name, context.timezone) }
  return { value: () => rowColumn(table.name, alias, name) }
}

/** A column that holds the value as it is. */
function rowColumn(table: TableName, alias: string, name: string): Expr {
  if (table === 'groups' && name === 'updated_at')
    return call('coalesce', column(alias, 'updated_at'), column(alias, 'created_at'))
  const kept = COLUMNS[table].get(name)
  assert(kept, `${table} has no column ${name} that can be lowered`)
  return column(alias, kept)
}

/** Ids are numbers inside: the text that clients know. */
function keptIdText({ table: alias, name }: Column, scope: Scope): Kept | undefined {
  const mention = scope.mention(alias)
  const { context } = scope
  switch (mention?.table.columns.get(name)) {
    case undefined:
    case 'id event':
      return undefined
    case 'text':
      return mention && keptColumn(mention, name, scope)
    case 'id person':
      if (mention?.table.name === 'persons')
        return { value: () => call('toText', column(alias, 'uuid')), coded: codedPerson(column(alias, 'id'), context) }
      return mention && ofNumber(codedPerson(personOf(mention, scope), context))
    case 'id group':
      return { value: () => column(alias, 'group_key') }
    case 'id session':
      return mention && textOrNothing(mention, codedSession(column(alias, 'session'), context))
    default: {
      const group = GROUP_OWNERS.find((owner) => name === `$${owner}`)
      return group && mention && textOrNothing(mention, codedGroup(column(alias, group), group, context))
    }
  }
}

/** The text of an id that came out of a query, whose number is `id`; `idOf` says of what it is. */
export function keptId(id: Expr, idOf: string, { context }: Scope): Kept | undefined {
  if (idOf === 'event') return undefined
  if (idOf === 'person') return ofNumber(codedPerson(id, context))
  if (idOf === 'session') return ofNumber(codedSession(id, context))
  const group = GROUP_OWNERS.find((owner) => owner === idOf)
  return group ? ofNumber(codedGroup(id, group, context)) : { value: () => groupText(id, context) }
}

const ofNumber = (coded: CodedText): Kept => ({ value: () => coded.textOf(coded.id), coded })

/** A text that is '' for an event without one, and null where a left join has no event: tests of it read the text then. */
const textOrNothing = (mention: Mention, coded: CodedText): Kept => ({
  value: () => ofPresent(mention, coded.textOf(coded.id)),
  ...(mention.isOptional ? {} : { coded }),
})

function ofPresent({ alias, table, isOptional }: Mention, text: Expr): Expr {
  if (!isOptional) return text
  // a column that every row of the table has
  const present = column(alias, table.name === 'events' ? 'event' : 'project')
  return { kind: 'if', condition: isNull(present), whenTrue: value(null, 'text'), whenFalse: text }
}

function keptProperty(e: PropertyRead, scope: Scope): Kept {
  const { slots, timezone } = scope.context
  const mention = scope.mention(e.table)
  assert(mention, `${e.table} is no table with properties`)
  const { table, alias } = mention
  const readOf = (rows: string): Expr => ({
    kind: 'jsonRead',
    json: column(rows, 'properties'),
    key: e.key,
    type: e.type,
    timezone,
  })
  if (e.of === OWNERS.get(table.name) || (table.name === 'groups' && e.of.startsWith('group_'))) {
    const slot = table.name === 'events' && e.type === 'text' ? slots.get(e.key) : undefined
    return { value: () => readOf(alias), ...(slot ? { coded: codedSlot(alias, e.key, slot, scope.context) } : {}) }
  }
  assert(table.joins.has(e.of), `${table.name} lead to no ${e.of}`)
  return {
    value: () => {
      const rows = scope.lead(mention, e.of)
      return e.of === 'session' ? sessionRead(rows, e, timezone) : readOf(rows)
    },
  }
}

/** Whose properties the rows of a table have. */
const OWNERS: ReadonlyMap<string, PropertyRead['of']> = new Map([
  ['events', 'event'],
  ['persons', 'person'],
])

/** The person that a row leads to; that of an event may have been merged into another. */
export function personOf(mention: Mention, scope: Scope): Expr {
  const own = column(mention.alias, 'person')
  if (mention.table.name !== 'events' || !scope.context.hasPersonBacklog) return own
  return call('coalesce', column(scope.lead(mention, 'backlog'), 'to_person'), own)
}

/** The column of the uuid that the expression is the text of. */
export function uuidOf(text: Expr, scope: Scope): Expr | undefined {
  const id = text.kind === 'call' && text.fn === 'toText' ? text.args[0] : undefined
  const isUuid = id?.kind === 'column' && scope.mention(id.table)?.table.columns.get(id.name) === 'id event'
  return isUuid ? column(id.table, 'uuid') : undefined
}
