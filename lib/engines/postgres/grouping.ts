/**
 * Rows are grouped by the numbers that are kept for texts, and each text is looked up once for a group: a grouped select
 * becomes one of numbers and aggregates, and one over it that makes everything else of them.
 */

import { assert } from '../../core/assert.ts'
import { isAggregate } from '../../tree/aggregates.ts'
import { column } from '../../tree/build.ts'
import { type CodedText, NO_VALUE } from './coded.ts'
import { keptAs } from './kept.ts'
import { groupsOfPeople } from './people-groups.ts'
import { call, type Expr, mapChildren, type Order, type Select, type SelectColumn, some } from './physical.ts'
import type { Scope } from './scope.ts'
import { groupsOfUnits } from './time-groups.ts'

const GROUPED = 'grouped'

/** The two selects; the select as it is where no text that it is grouped by is kept as a number. */
export function groupByNumbers(select: Select, scope: Scope): Select {
  const keys = keysOf(select)
  if (keys.length === 0) return select
  const parts = new Parts(keys, scope)
  const columns = select.columns.map(({ expr, as }) => ({ expr: parts.outside(expr), as }))
  const having = select.having && parts.outside(select.having)
  const orderBy = select.orderBy?.map((order): Order => ({ ...order, expr: parts.outside(order.expr) }))
  if (!parts.areWhole) return select
  const { with: tables, distinct, limit, offset, joinsMany, groupBy: _, having: __, orderBy: ___, ...inner } = select
  const { columns: ____, ...rows } = inner
  const found = groupsOfPeople(rows, parts) ?? groupsOfUnits(rows, parts)
  if (!parts.looksUp && !found) return select
  const more = {
    ...(tables ? { with: tables } : {}),
    ...(distinct && select.groupBy?.length ? { distinct } : {}),
    ...(limit === undefined ? {} : { limit }),
    ...(offset === undefined ? {} : { offset }),
    ...(joinsMany ? { joinsMany } : {}),
  }
  return {
    kind: 'select',
    ...more,
    columns,
    from: found ?? {
      kind: 'query',
      alias: GROUPED,
      query: { ...inner, columns: parts.columns, groupBy: parts.groupBy },
    },
    ...(having ? { where: having } : {}),
    ...(orderBy ? { orderBy } : {}),
  }
}

const DIFFERENT = 'different'

/** Different rows in the order of some of their columns: texts are not ordered as they are told apart. */
export function sortDifferent(select: Select): Select {
  const { distinct, orderBy, with: tables, limit, offset, joinsMany, ...rows } = select
  if (!distinct || !orderBy?.length) return select
  const names = new Map(rows.columns.map(({ expr, as }) => [JSON.stringify(expr), as]))
  const ofColumn = ({ expr, ...order }: Order): Order => {
    const as = names.get(JSON.stringify(expr))
    assert(as !== undefined, 'different rows are in the order of their columns')
    return { ...order, expr: column(DIFFERENT, as) }
  }
  return {
    kind: 'select',
    ...(tables ? { with: tables } : {}),
    columns: rows.columns.map(({ as }) => ({ expr: column(DIFFERENT, as), as })),
    from: { kind: 'query', alias: DIFFERENT, query: { ...rows, distinct } },
    orderBy: orderBy.map(ofColumn),
    ...(limit === undefined ? {} : { limit }),
    ...(offset === undefined ? {} : { offset }),
    ...(joinsMany ? { joinsMany } : {}),
  }
}

/** Different rows are groups of their columns. */
function keysOf({ columns, groupBy = [], distinct, orderBy = [] }: Select): readonly Expr[] {
  if (groupBy.length > 0 || !distinct) return groupBy
  const exprs = [...columns, ...orderBy].map(({ expr }) => expr)
  return exprs.some((expr) => some(expr, isOverRows)) ? [] : columns.map(({ expr }) => expr)
}

const isOverRows = (e: Expr): boolean =>
  isAggregate(e) ||
  e.kind === 'window' ||
  e.kind === 'windowFunction' ||
  e.kind === 'latestBefore' ||
  e.kind === 'aggregate'

interface Key {
  readonly column: Expr
  /** The key as a text where it is a number. */
  readonly text?: Expr
}

/** What is computed of each group, and what is made of that outside. */
class Parts {
  readonly columns: SelectColumn[] = []
  readonly groupBy: Expr[] = []
  /** Nothing outside reads the rows of the groups. */
  areWhole = true
  /** A text outside is that of a number. */
  looksUp = false
  readonly #scope: Scope
  readonly #keys = new Map<string, Key>()
  readonly #aggregates = new Map<string, Expr>()

  constructor(keys: readonly Expr[], scope: Scope) {
    this.#scope = scope
    for (const key of keys) if (key.kind !== 'value') this.#addKey(key)
  }

  #addKey(key: Expr): void {
    const name = JSON.stringify(key)
    if (this.#keys.has(name)) return
    const coded = this.#coded(key)
    const number: Expr = coded ? { kind: 'textNumber', of: key } : key
    const made = this.#add(number)
    this.groupBy.push(number)
    this.#keys.set(name, { column: made, ...(coded ? { text: coded.textOf(made) } : {}) })
  }

  #add(expr: Expr): Expr {
    const as = `c${this.columns.length}`
    this.columns.push({ expr, as })
    return column(GROUPED, as)
  }

  #coded(e: Expr): CodedText | undefined {
    const coded = keptAs(e, this.#scope)?.coded
    return coded?.uncoded ? undefined : coded
  }

  /** The expression over the groups. */
  outside(e: Expr, elements: readonly string[] = []): Expr {
    if (e.kind === 'value' || e.kind === 'list') return e
    const key = this.#keys.get(JSON.stringify(e))
    if (key?.text) this.looksUp = true
    if (key) return key.text ?? key.column
    const id = e.kind === 'call' && e.fn === 'toText' ? e.args[0] : undefined
    const ofId = id && this.#keys.get(JSON.stringify(id))
    const coded = ofId && this.#coded(e)
    if (ofId && coded) {
      this.looksUp = true
      return coded.textOf(ofId.column)
    }
    if (ofId && keptAs(e, this.#scope)) return this.#textOfKey(e)
    if (isAggregate(e)) return this.#aggregate(e)
    if (e.kind === 'property' || e.kind === 'actorCell' || (e.kind === 'column' && !elements.includes(e.table))) {
      this.areWhole = false
      return e
    }
    const inside =
      e.kind === 'lambda' ? [...elements, e.alias] : e.kind === 'anyElement' ? [...elements, 'element'] : elements
    return mapChildren(e, (child) => this.outside(child, inside))
  }

  /** The text of an id that is not made of its number alone: rows are grouped by it, too. */
  #textOfKey(text: Expr): Expr {
    this.looksUp = true
    const made = this.#add(text)
    this.groupBy.push(text)
    this.#keys.set(JSON.stringify(text), { column: made })
    return made
  }

  #aggregate(e: Expr): Expr {
    const name = JSON.stringify(e)
    const known = this.#aggregates.get(name) ?? this.#add(e)
    this.#aggregates.set(name, known)
    return known
  }
}

/** Aggregates that give one of the values of their first argument. */
const CHOOSING: readonly string[] = ['any', 'anyLast', 'anyHeavy', 'argMin', 'argMax']

/**
 * An aggregate that tells texts apart, or chooses one of them, over their numbers; undefined for any other, and where no
 * argument is kept as a number.
 */
export function aggregateOfNumbers(e: Expr, scope: Scope): { of: Expr; textOf?: CodedText['textOf'] } | undefined {
  if (e.kind === 'call' && e.fn === 'countDistinct') {
    const numbers = numbersOf(e.args, scope)
    return numbers && { of: { ...e, args: numbers } }
  }
  if (e.kind !== 'aggregate' || e.over) return undefined
  const fn: string = e.fn
  if (fn === 'uniq' || (fn === 'count' && e.distinct)) {
    const numbers = numbersOf(e.args, scope)
    return numbers && { of: { ...e, args: numbers } }
  }
  const [first, ...more] = e.args
  const coded = first && CHOOSING.includes(e.fn) ? keptAs(first, scope)?.coded : undefined
  // where the empty text stands for none, null would be passed over
  if (!first || !coded || coded.uncoded || coded.without === '') return undefined
  return { of: { ...e, args: [{ kind: 'textNumber', of: first }, ...more] }, textOf: coded.textOf }
}

function numbersOf(args: readonly Expr[], scope: Scope): readonly Expr[] | undefined {
  const numbers = args.map((arg) => {
    const coded = keptAs(arg, scope)?.coded
    if (!coded || coded.uncoded) return arg
    const number: Expr = { kind: 'textNumber', of: arg }
    // no text is the empty one, which is one
    return coded.without === '' ? call('coalesce', number, NO_VALUE) : number
  })
  return numbers.every((number, index) => number === args[index]) ? undefined : numbers
}
