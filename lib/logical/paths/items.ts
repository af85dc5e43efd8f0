/** The items of events: names, addresses of pages, names of screens, cleaned and grouped (docs/paths.md 2 to 4). */

import { assert } from '../../core/assert.ts'
import { actorColumn } from '../../plan/event-actor.ts'
import { buildFilter } from '../../plan/filter-condition.ts'
import type { PathsPlan, PlannedFunnelPart } from '../../plan/paths.ts'
import { and, call, column, common, compare, not, or, property, sameColumns, value } from '../../tree/build.ts'
import type { Expr } from '../../tree/expr.ts'
import { parseRegex } from '../../tree/regex.ts'
import type { CommonTable, Join, Select } from '../../tree/relation.ts'
import { EVENTS, eventPerson, rangeTest, timestamp } from '../events.ts'
import { funnelWalks } from '../funnels/walks.ts'
import { reachedStep } from '../funnels.ts'

const name = column('events', 'event')
const isNamed = (event: string): Expr => compare(name, '=', value(event, 'text'))
const isPage = isNamed('$pageview')
const isScreen = isNamed('$screen')
/** What stands for the steps in the middle of a way that is too long. */
const ELLIPSIS = value('...', 'text')

/**
 * Common tables. `visits`: the events that count, with `actor`, `at` and `raw`, a key of the item as it is in
 * the event. `items`: for each such key `item`, the number of its item. `texts`: the `text` of each `item`; the numbers
 * are in the order of the texts. What is excluded is in none of the two.
 */
export function itemTables(plan: PathsPlan): CommonTable[] {
  const raw = rawItem(plan)
  const named: Select = {
    kind: 'select',
    columns: [...sameColumns('cleaned', ['raw']), { expr: groupedText(plan, column('cleaned', 'text')), as: 'text' }],
    from: { kind: 'query', alias: 'cleaned', query: cleanedItems(plan, raw) },
  }
  const text = column('named', 'text')
  const distinct: Select = {
    kind: 'select',
    columns: sameColumns('named', ['text']),
    from: common('named'),
    ...(plan.excluded.length > 0
      ? { where: not({ kind: 'in', expr: text, list: { kind: 'list', values: plan.excluded, type: 'text' } }) }
      : {}),
    groupBy: [text],
  }
  const isShortened = plan.start !== null && plan.end !== null
  const texts: Select = {
    kind: 'select',
    columns: [
      ...sameColumns('distinct_texts', ['text']),
      {
        expr: {
          kind: 'window',
          fn: 'rowNumber',
          of: null,
          partitionBy: [],
          orderBy: [{ expr: column('distinct_texts', 'text'), byCodePoint: true }],
        },
        as: 'item',
      },
    ],
    from: { kind: 'query', alias: 'distinct_texts', query: isShortened ? withEllipsis(distinct) : distinct },
  }
  const items: Select = {
    kind: 'select',
    columns: [...sameColumns('named', ['raw']), ...sameColumns('texts', ['item'])],
    from: common('named'),
    joins: [{ source: common('texts'), on: compare(column('texts', 'text'), '=', text) }],
  }
  return [
    ...(plan.funnel ? funnelWalks(plan.funnel.funnels) : []),
    { name: 'visits', query: visits(plan, raw), mayMerge: true },
    { name: 'named', query: named },
    { name: 'texts', query: texts },
    { name: 'items', query: items },
  ]
}

/** Columns `raw` and `text`, with each rule applied. */
function cleanedItems({ rules, groupings }: PathsPlan, raw: Expr): Select {
  const keys: Select = {
    kind: 'select',
    columns: [{ expr: column('visits', 'raw'), as: 'key' }],
    from: common('visits'),
    groupBy: [column('visits', 'raw')],
  }
  return {
    kind: 'select',
    columns: [
      { expr: column('raws', 'key'), as: 'raw' },
      {
        expr: rules.reduce<Expr>((expr, rule) => ({ kind: 'replaceMatches', expr, ...rule }), column('raws', 'text')),
        as: 'text',
      },
    ],
    // patterns are tried on no more texts than need be
    from: { kind: 'keyTexts', alias: 'raws', of: raw, keys, exact: rules.length > 0 || groupings.length > 0 },
  }
}

/** Joins to visits the number of their item; visits of excluded items have none. */
export const JOIN_ITEMS: Join = {
  source: common('items'),
  on: compare(column('items', 'raw'), '=', column('visits', 'raw')),
}

/** The number of the item with a text; null if there is none. */
export const itemOf = (text: string): Expr => ({
  kind: 'scalarQuery',
  query: {
    kind: 'select',
    columns: [{ expr: column('texts', 'item'), as: 'item' }],
    from: common('texts'),
    where: compare(column('texts', 'text'), '=', value(text, 'text')),
  },
})

export const ellipsis = itemOf(String(ELLIPSIS.value))

function withEllipsis(distinct: Select): Select {
  const constant: Select = {
    kind: 'select',
    columns: [{ expr: ELLIPSIS, as: 'text' }],
    from: { kind: 'indexes', count: 1, alias: 'one' },
  }
  const text = column('all_texts', 'text')
  return {
    kind: 'select',
    columns: [{ expr: text, as: 'text' }],
    from: { kind: 'union', queries: [distinct, constant], alias: 'all_texts' },
    groupBy: [text],
  }
}

/** The item of an event as it is in the event. */
function rawItem(plan: PathsPlan): Expr {
  const page = withoutSlash(property('event', '$current_url', 'text'))
  const screen = property('event', '$screen_name', 'text')
  const { events, expression } = plan
  if (events?.pages && !events.screens && !events.custom) return page
  if (events?.screens && !events.pages && !events.custom) return screen
  const withScreens =
    events === null || events.screens ? either(isScreen, screen, expression ?? name) : (expression ?? name)
  return events === null || events.pages ? either(isPage, page, withScreens) : withScreens
}

function visits(plan: PathsPlan, raw: Expr): Select {
  const { from, to, filter, funnel } = plan
  return {
    kind: 'select',
    columns: [
      { expr: eventPerson, as: 'actor' },
      { expr: timestamp, as: 'at' },
      { expr: { kind: 'breakdownKey', of: raw }, as: 'raw' },
    ],
    from: EVENTS,
    joins: funnel
      ? [{ source: common('walks'), on: compare(column('walks', 'actor'), '=', actorColumn(funnel.funnels.actor)) }]
      : [],
    where: and(
      eventTest(plan),
      rangeTest({ from: value(from, 'instant'), to: value(to, 'instant') }),
      buildFilter(filter),
      ...(funnel ? funnelTests(funnel) : []),
    ),
  }
}

/** Names that begin with a dollar sign are those of the client libraries. */
const isCustom: Expr = { kind: 'match', how: 'regex', expr: name, pattern: regex('^[^$]') }

function regex(pattern: string) {
  const parsed = parseRegex(pattern)
  assert(!('error' in parsed), 'the pattern can be read')
  return parsed
}

function eventTest({ events }: PathsPlan): Expr {
  if (events === null) return and()
  const { pages, screens, custom } = events
  const tests = [...(pages ? [isPage] : []), ...(screens ? [isScreen] : []), ...(custom ? [isCustom] : [])]
  return tests.length > 0 ? or(...tests) : and()
}

/** The walk counts for the number, and the event is in the part of it. */
function funnelTests({ funnels, step, from, to, delaySeconds }: PlannedFunnelPart): Expr[] {
  const at = call('secondsBetween', value(funnels.from, 'instant'), timestamp)
  const time = (index: number) => call('element', column('walks', 'times'), value(index, 'int'))
  const start = from === null ? null : time(from)
  return [
    reachedStep(funnels, step),
    ...(start === null
      ? []
      : [compare(at, '>=', delaySeconds > 0 ? call('add', start, value(delaySeconds, 'float')) : start)]),
    ...(to === null ? [] : [compare(at, '<=', time(to))]),
  ]
}

/** Without one slash at the end, unless there is nothing else. */
const withoutSlash = (text: Expr): Expr =>
  either(call('wholeLike', text, value('_%/', 'text')), call('left', text, value(-1, 'int')), text)

export const either = (condition: Expr, whenTrue: Expr, whenFalse: Expr): Expr => ({
  kind: 'if',
  condition,
  whenTrue,
  whenFalse,
})

/** The name of the last grouping that matches, else the item itself. */
const groupedText = ({ groupings }: PathsPlan, text: Expr): Expr =>
  groupings.reduce<Expr>(
    (otherwise, { name, pattern }) =>
      either({ kind: 'match', how: 'regex', expr: text, pattern }, value(name, 'text'), otherwise),
    text,
  )
