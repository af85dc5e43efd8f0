/** Random syntax of queries: whatever the parser can read. Its names and texts are as odd as they can be. */
import {
  type Ast,
  callOf,
  type FrameBound,
  type JoinOf,
  type OrderAst,
  type QueryAst,
  type SelectAst,
  type SetOperator,
  type SourceAst,
  type WindowAst,
} from '../../lib/hogql/syntax.ts'
import type { Dice } from './dice.ts'

const NAMES = (
  'event properties x y group order select from null true inf interval date left any all not in case end over a1 $b _c f ' +
  'filter window distinct cohort timestamp first extract cast limit by as with union array'
).split(' ')
const ODD_NAMES = ['a b', 'ä', '`', '\\', "it's", '"', '1', '-', 'a.b', 'x\ny', '{', '—', '']
const TEXTS = ['', 'a', "it's", '\\', '%\\%', '{x}', '"', '--', '/* */', 'line\nline', 'é—日', '$1', '\\n', "'", '\t']
const OPERATORS = (
  'equals notEquals less lessOrEquals greater greaterOrEquals like ilike in plus minus multiply divide modulo concat ' +
  'arrayElement ifNull =~ !~ =~* !~*'
).split(' ')
const FUNCTIONS =
  'lower uniq sumIf arrayMap toDate quantile if multiIf tuple map left any not and or isNull coalesce'.split(' ')
const SETS: readonly SetOperator[] = [
  'union all',
  'union distinct',
  'intersect',
  'intersect distinct',
  'except',
  'except distinct',
]

export class RandomSyntax {
  readonly #dice: Dice

  constructor(dice: Dice) {
    this.#dice = dice
  }

  expression(depth: number): Ast {
    const { pick, chance, between } = this.#dice
    if (depth <= 0) return this.#leaf()
    const inner = () => this.expression(depth - 1)
    const many = (most: number, least = 0) => this.#many(most, least, inner)
    switch (between(0, 13)) {
      case 0:
      case 1:
      case 2:
        return callOf<Ast>(pick(OPERATORS), 0, inner(), inner())
      case 3:
        return callOf<Ast>(pick(['and', 'or']), 0, ...many(3, 2))
      case 4:
        return callOf<Ast>(pick(['not', 'negate', 'isNull', 'isNotNull']), 0, inner())
      case 5:
        return callOf<Ast>('tupleElement', 0, inner(), { kind: 'literal', value: between(0, 3), at: 0 })
      case 6:
        return {
          kind: 'list',
          brackets: pick(['array', 'tuple']),
          items: this.#items(inner, chance(0.5) ? 1 : 2),
          at: 0,
        }
      case 7:
        return { kind: 'lambda', names: this.#many(2, 0, () => this.#name()), body: inner(), at: 0 }
      case 8:
        return { kind: 'between', expr: inner(), low: inner(), high: inner(), negated: chance(0.5), at: 0 }
      case 9:
        return {
          kind: 'case',
          subject: chance(0.5) ? inner() : null,
          branches: this.#branches(inner),
          otherwise: chance(0.5) ? inner() : null,
          at: 0,
        }
      case 10: {
        const of: Ast = { kind: 'inCohort', expr: inner(), cohort: chance(0.5) ? between(0, 9) : pick(TEXTS), at: 0 }
        return chance(0.5) ? of : callOf<Ast>('not', 0, of)
      }
      case 11:
        return { kind: 'subquery', query: this.query(depth - 2), at: 0 }
      case 12:
        return { kind: 'alias', expr: inner(), name: this.#name(), at: 0 }
      default:
        return this.#call(depth)
    }
  }

  #call(depth: number): Ast {
    const { pick, chance } = this.#dice
    const inner = () => this.expression(depth - 1)
    const call = callOf<Ast>(pick(FUNCTIONS), 0, ...this.#items(inner, 0))
    // NOT and the like are no names of such calls
    const isPlain = ['not', 'and', 'or', 'isNull'].includes(call.name)
    if (isPlain)
      return callOf<Ast>(call.name, 0, inner(), ...(call.name === 'isNull' || call.name === 'not' ? [] : [inner()]))
    return {
      ...call,
      params: chance(0.2) ? this.#items(inner, 1) : [],
      distinct: chance(0.1),
      ...(chance(0.2) ? { over: this.#window(depth - 1) } : chance(0.1) ? { overName: this.#name() } : {}),
    }
  }

  #branches(inner: () => Ast) {
    const branches: { when: Ast; value: Ast }[] = []
    do branches.push({ when: inner(), value: inner() })
    while (this.#dice.chance(0.3))
    return branches
  }

  #leaf(): Ast {
    const { pick, chance, between } = this.#dice
    switch (between(0, 6)) {
      case 0:
        return { kind: 'literal', value: pick([null, true, false]), at: 0 }
      case 1:
        return { kind: 'literal', value: pick(TEXTS), at: 0 }
      case 2:
        return { kind: 'literal', value: pick([0, 1, 2.5, 1e21, 1e-7, 123456789, -1, -0.5]), at: 0 }
      case 3:
        return { kind: 'star', table: chance(0.5) ? null : this.#name(), at: 0 }
      case 4:
        return { kind: 'placeholder', chain: this.#many(3, 1, () => this.#name()), at: 0 }
      default:
        return { kind: 'field', chain: this.#many(3, 1, () => this.#name()), at: 0 }
    }
  }

  query(depth: number): QueryAst {
    const { pick, chance } = this.#dice
    if (depth <= 0 || chance(0.7)) return this.#select(depth)
    return { kind: 'union', operator: pick(SETS), queries: this.#many(3, 2, () => this.query(depth - 2)), at: 0 }
  }

  #select(depth: number): SelectAst {
    const { chance } = this.#dice
    const inner = () => this.expression(Math.max(0, depth - 1))
    const maybe = <T>(likely: number, make: () => T): T | null => (chance(likely) ? make() : null)
    const list = (likely: number) => (chance(likely) ? this.#many(2, 1, inner) : [])
    const from = maybe(0.7, () => this.#source(depth - 1))
    return {
      kind: 'select',
      with: this.#many(chance(0.2) ? 1 : 0, 0, () => ({ name: this.#name(), query: this.query(depth - 2), at: 0 })),
      values: this.#many(chance(0.2) ? 1 : 0, 0, () => ({ kind: 'alias', expr: inner(), name: this.#name(), at: 0 })),
      distinct: chance(0.2),
      columns: this.#items(inner, 1),
      from,
      joins: from && chance(0.4) ? this.#many(2, 1, () => this.#join(depth - 1)) : [],
      arrayJoin: from && maybe(0.2, () => ({ left: chance(0.5), arrays: this.#items(inner, 1), at: 0 })),
      where: maybe(0.4, inner),
      // a star would be printed as ALL
      groupBy: list(0.3).filter(({ kind }) => kind !== 'star'),
      having: maybe(0.2, inner),
      windows: this.#many(chance(0.2) ? 1 : 0, 0, () => ({
        name: this.#name(),
        window: this.#window(depth - 1),
        at: 0,
      })),
      orderBy: chance(0.3) ? this.#many(2, 1, () => this.#order(inner)) : [],
      limitBy: maybe(0.2, () => ({ limit: inner(), offset: maybe(0.5, inner), by: this.#many(2, 1, inner) })),
      limit: maybe(0.3, inner),
      offset: maybe(0.2, inner),
      at: 0,
    }
  }

  #source(depth: number): SourceAst {
    const { chance, between } = this.#dice
    const alias = chance(0.5) ? this.#name() : null
    const inner = () => this.expression(Math.max(0, depth - 1))
    switch (between(0, 2)) {
      case 0:
        return { kind: 'tableQuery', query: this.query(depth - 1), alias, at: 0 }
      case 1:
        return { kind: 'tableFunction', name: this.#name(), args: this.#items(inner, 0), alias, at: 0 }
      default:
        return { kind: 'table', name: this.#name(), alias, at: 0 }
    }
  }

  #join(depth: number): JoinOf<Ast> {
    const { pick, chance } = this.#dice
    const how = pick(['inner', 'left', 'right', 'full', 'cross'] as const)
    const source = this.#source(depth)
    if (how === 'cross') return { how, any: false, source, on: null, using: [] }
    const isUsing = chance(0.3)
    return {
      how,
      any: chance(0.3),
      source,
      on: isUsing ? null : this.expression(Math.max(0, depth)),
      using: isUsing ? this.#many(2, 1, () => this.#name()) : [],
    }
  }

  #order(inner: () => Ast): OrderAst {
    const { pick, chance } = this.#dice
    return { expr: inner(), descending: chance(0.5), nulls: pick([null, 'first', 'last']) }
  }

  #window(depth: number): WindowAst {
    const { pick, chance } = this.#dice
    const inner = () => this.expression(Math.max(0, depth - 1))
    const frame = { unit: pick(['rows', 'range', 'groups'] as const), from: this.#bound(), to: this.#bound() }
    return {
      partitionBy: chance(0.5) ? this.#many(2, 1, inner) : [],
      orderBy: chance(0.5) ? [this.#order(inner)] : [],
      frame: chance(0.5) ? frame : null,
    }
  }

  #bound(): FrameBound {
    const { pick, chance, between } = this.#dice
    if (chance(0.3)) return { kind: 'current' }
    return { kind: pick(['preceding', 'following'] as const), rows: chance(0.5) ? between(0, 5) : null }
  }

  #name(): string {
    const { pick, chance } = this.#dice
    return pick(chance(0.7) ? NAMES : ODD_NAMES)
  }

  /** Expressions where some have aliases. */
  #items(inner: () => Ast, least: number): Ast[] {
    return this.#many(2, least, inner)
  }

  #many<T>(most: number, least: number, make: () => T): T[] {
    return this.#dice.many(least, most, make)
  }
}
