/**
 * Logical query -> physical query for Postgres (docs/architecture.md "Events in Postgres"). Each mention of a table gets
 * its guard in one place, `guardedRows`: the project, and the row policy of who asks.
 */

import type { TableName } from '../../catalog/table.ts'
import { assert } from '../../core/assert.ts'
import { invalid } from '../../core/errors.ts'
import { column, value } from '../../tree/build.ts'
import type { Select as LogicalSelect } from '../../tree/relation.ts'
import { arranged } from './arranged.ts'
import { checkGuards } from './check-guards.ts'
import {
  aliasBeside,
  codedTest,
  dictionaryText,
  dictionaryTexts,
  madeOfOne,
  NO_VALUE,
  testedText,
  testOfUuid,
} from './coded.ts'
import { aggregateOfNumbers, groupByNumbers, sortDifferent } from './grouping.ts'
import { keptAs, keptId, personOf, uuidOf } from './kept.ts'
import { expandKeyTexts } from './key-texts.ts'
import type { LowerContext } from './lower-context.ts'
import { madeColumn } from './made-columns.ts'
import {
  and,
  type CommonTable,
  call,
  compare,
  type Expr,
  type GuardedSource,
  isNull,
  type Join,
  mapChildren,
  mapSelect,
  native,
  type Select,
  type Source,
  type StoredSource,
} from './physical.ts'
import { type Lowering, policyOf, seenPerson, seenSessions } from './row-policy.ts'
import { type CommonNames, type Lead, type Mention, Scope, storedName } from './scope.ts'
import { sessionJoin, sessionsOf } from './sessions.ts'
import { ofProject, stored, TABLES } from './stored.ts'
import { expandWalks } from './walks.ts'

/** Throws a 400 for a table that is not in the catalog. */
export function lowerPostgres(query: LogicalSelect, context: LowerContext): Select {
  const lowered = lowerSelect(arranged(query), { context, outer: null, common: new Map() })
  checkGuards(lowered, context.projectId)
  return lowered
}

/** Where a query stands: what is around it, and the common tables that it may name. */
interface Surroundings {
  readonly context: LowerContext
  readonly outer: Scope | null
  readonly common: CommonNames
}

function lowerSelect(logical: Select, { context, outer, common: around }: Surroundings): Select {
  const expanded = expandKeyTexts(expandWalks(logical, context), context)
  const grouped = sortDifferent(groupByNumbers(expanded, new Scope(expanded, around, outer, context)))
  if (grouped !== expanded) return lowerSelect(grouped, { context, outer, common: around })
  const { with: tables, ...select } = expanded
  const { lowered: commonTables, common } = lowerCommonTables(tables ?? [], { context, outer, common: around })
  const scope = new Scope(select, common, outer, context)
  const lowered = mapSelect(
    select,
    (e) => lowerExpr(e, scope),
    (query) => lowerSelect(query, { context, outer: scope, common }),
  )
  // where rows of one side are kept whatever the other has, a condition behind FROM or in the join would not be one on its rows
  const isWithin = lowered.joins?.some(({ right }) => right) ?? false
  const from = isWithin ? { source: withinGuard(lowered.from, scope) } : guardedRows(lowered.from, scope)
  const joins = (lowered.joins ?? []).map((join) => guardedJoin(join, isWithin, scope))
  const leads = scope.leadsOf(select.from.alias).map((lead) => leadJoin(lead, scope))
  const where = conjunction('guard' in from ? from.guard : undefined, lowered.where)
  return {
    ...lowered,
    ...(tables ? { with: commonTables } : {}),
    from: from.source,
    ...(lowered.joins || leads.length > 0 ? { joins: [...leads, ...joins] } : {}),
    ...(where ? { where } : {}),
  }
}

/** A common table sees those before it. */
function lowerCommonTables(tables: readonly CommonTable[], around: Surroundings) {
  const common = new Map(around.common)
  const lowered: CommonTable[] = []
  for (const { name, query, ...more } of tables) {
    lowered.push({ ...more, name: storedName(name), query: lowerSelect(query, { ...around, common: new Map(common) }) })
    common.set(name, storedName(name))
  }
  return { lowered, common }
}

const conjunction = (...conditions: readonly (Expr | undefined)[]): Expr | undefined => {
  const present = conditions.filter((condition) => condition !== undefined)
  return present.length > 0 ? and(...present) : undefined
}

/** The source as the database has it, and the condition that its rows are to be seen; none for what is no table. */
function guardedRows(source: Source, scope: Scope): { source: Source; guard?: Expr } {
  if (source.kind === 'common') return { source: { ...source, name: scope.commonName(source.name) } }
  if (source.kind !== 'table') return { source }
  const mention = scope.mention(source.alias)
  assert(mention, `${source.alias} is in the scope of its select`)
  return { source: rowsOf(mention.table.name, mention.alias, scope), guard: guardOf(mention, scope) }
}

/** The rows of a table; of sessions those that can be made of what is seen. */
function rowsOf(name: TableName, alias: string, { context: { rows, ...context } }: Scope): Source {
  return name === 'sessions' && rows ? seenSessions(alias, context, rows, LOWERING) : stored(TABLES[name], alias)
}

/** Holds for the rows of a mention that whoever asks may see. */
function guardOf(mention: Mention | Lead, scope: Scope): Expr {
  const { alias, table } = mention
  const { projectId } = scope.context
  const found = table.name === 'sessions' ? sessionsOf(alias, scope.where, projectId) : undefined
  return and(ofProject(alias, projectId), ...(found ? [found] : []), ...policyOf(mention, scope, LOWERING))
}

const LOWERING: Lowering = {
  expr: lowerExpr,
  select: (query, context) => lowerSelect(query, { context, outer: null, common: new Map() }),
}

/** The rows of a source that whoever asks may see, as a source. */
function withinGuard(of: Source, scope: Scope): Source {
  const { source, guard } = guardedRows(of, scope)
  if (!guard) return source
  return { kind: 'guarded', source: withLeads(source, scope), where: guard, alias: source.alias }
}

/** What the rows of a joined table lead to is joined to it first, so that the condition of the join may read it. */
function guardedJoin({ any, ...join }: Join, isWithin: boolean, scope: Scope): Join {
  if (any && join.right) throw invalid(null, 'ANY stands with inner and left joins only.')
  if (isWithin && !any) return { ...join, source: withLeads(withinGuard(join.source, scope), scope) }
  const { source, guard } = guardedRows(join.source, scope)
  const on = guard ? and(guard, join.on) : join.on
  const operand = withLeads(source, scope)
  if (!any) return { ...join, source: operand, on }
  const one: GuardedSource = { kind: 'guarded', source: operand, where: on, one: true, alias: source.alias }
  return { ...join, source: withLeads(one, scope), on: value(true, 'boolean') }
}

function withLeads(source: Source, scope: Scope): Source {
  const leads = scope.leadsOf(source.alias).map((lead) => leadJoin(lead, scope))
  return leads.length > 0 ? { kind: 'joined', source, joins: leads, alias: source.alias } : source
}

function leadJoin(lead: Lead, scope: Scope): Join {
  const { of, name, alias } = lead
  const { projectId } = scope.context
  const own = (name: string) => column(of.alias, name)
  const joined = (source: StoredSource, guard: Expr, key: string, equals: Expr): Join => ({
    source,
    on: and(guard, compare(column(alias, key), '=', equals)),
    left: true,
  })
  switch (name) {
    case 'backlog':
      return joined(stored('person_backlog', alias), ofProject(alias, projectId), 'from_person', own('person'))
    case 'session':
      return sessionJoin(own('session'), rowsOf('sessions', alias, scope), projectId)
    case 'person':
      return joined(stored('persons', alias), guardOf(lead, scope), 'id', personOf(of, scope))
    case 'pdi':
      return joined(stored('distinct_ids', alias), guardOf(lead, scope), 'id', own('distinct_id'))
    default:
      return joined(stored('groups', alias), guardOf(lead, scope), 'id', own(name))
  }
}

function lowerExpr(e: Expr, scope: Scope): Expr {
  const { context } = scope
  const descend = (of: Expr) =>
    mapChildren(
      of,
      (child) => lowerExpr(child, scope),
      (query) => lowerSelect(query, { context, outer: scope, common: scope.common }),
    )
  switch (e.kind) {
    case 'column': {
      const made = madeColumn(e, scope)
      return made ? lowerExpr(made, scope) : (keptAs(e, scope)?.value() ?? e)
    }
    case 'property':
      return keptAs(e, scope)?.value() ?? descend(e)
    case 'call':
    case 'aggregate': {
      const kept = keptAs(e, scope)?.value() ?? madeIdText(e, scope)
      if (kept) return kept
      const numbers = aggregateOfNumbers(e, scope)
      const of = descend(numbers?.of ?? e)
      return numbers?.textOf?.(of) ?? of
    }
    case 'textNumber': {
      const coded = keptAs(e.of, scope)?.coded
      assert(coded, 'the text is kept as a number')
      return coded.id
    }
    case 'compare':
    case 'in':
    case 'match': {
      const text = testedText(e)
      const uuid = uuidOf(text, scope)
      const ofUuid = uuid && testOfUuid(e, uuid)
      if (ofUuid) return ofUuid
      const coded = keptAs(text, scope)?.coded
      return (coded && codedTest(coded, e, descend)) ?? descend(e)
    }
    case 'isNull': {
      // the text of an id is '' where there is none
      const coded = e.arg.kind === 'call' ? undefined : keptAs(e.arg, scope)?.coded
      return coded ? isNull(coded.id) : descend(e)
    }
    case 'breakdownKey': {
      return dictionaryTexts(e.of, context)
        ? call('coalesce', dictionaryId(e.of, scope), NO_VALUE)
        : call('coalesce', lowerExpr(e.of, scope), value('', 'text'))
    }
    case 'breakdownText': {
      const key = lowerExpr(e.key, scope)
      return dictionaryTexts(e.of, context) ? dictionaryText(key, context) : key
    }
    case 'actorCell': {
      const [project, id] = [value(context.projectId, 'int'), column(e.table, 'id')]
      if (e.of !== 'person') return native('groupJson', project, id)
      return seenPerson(native('personJson', project, id), id, context, LOWERING)
    }
    case 'inCohort':
      return { kind: 'exists', query: membership(lowerExpr(e.person, scope), e.cohort, context) }
    default:
      return descend(e)
  }
}

/** The text of an id that an expression gives. */
function madeIdText(e: Expr, scope: Scope): Expr | undefined {
  const [id, idOf] = e.kind === 'call' && e.fn === 'toText' ? e.args : []
  if (!id || id.kind === 'column' || idOf?.kind !== 'value') return undefined
  return keptId(lowerExpr(id, scope), String(idOf.value), scope)?.value()
}

/** The number that an event holds for the text of the dictionary that the expression is, or is made of. */
function dictionaryId(of: Expr, scope: Scope): Expr {
  const read = madeOfOne(of, scope.context)?.read
  if (!read && of.kind === 'if')
    return {
      kind: 'if',
      condition: lowerExpr(of.condition, scope),
      whenTrue: dictionaryId(of.whenTrue, scope),
      whenFalse: dictionaryId(of.whenFalse, scope),
    }
  const coded = read && keptAs(read, scope)?.coded
  assert(coded, 'events hold a number for the text')
  if (coded.without !== null) return coded.id
  // the empty text is the same key as no text
  const empty = coded.idsWhere((text) => compare(text, '=', value('', 'text')))
  return call('nullIf', coded.id, { kind: 'scalarQuery', query: empty })
}

function membership(person: Expr, cohort: number, { projectId }: LowerContext): Select {
  const alias = aliasBeside('cohort_people', person)
  return {
    kind: 'select',
    columns: [{ expr: column(alias, 'person'), as: 'person' }],
    from: stored('cohort_people', alias),
    where: and(
      ofProject(alias, projectId),
      compare(column(alias, 'cohort'), '=', value(cohort, 'int')),
      compare(column(alias, 'person'), '=', person),
    ),
  }
}
