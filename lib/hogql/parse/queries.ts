import type {
  ArrayJoinOf,
  Ast,
  CommonTableOf,
  LimitByOf,
  NamedWindowOf,
  QueryAst,
  SelectAst,
  SetOperator,
} from '../syntax.ts'
import { callOf } from '../syntax.ts'
import { SourceParser } from './sources.ts'

const LIMITS = { name: 'A query', characters: 200_000, operators: 10_000 }

/** Text of a SELECT or of several that are united -> its syntax. Throws a 400 `hogql_syntax_error` that names the place. */
export function parseQuery(text: string, attr: string): QueryAst {
  return new QueryParser(text, attr, LIMITS).wholeQuery()
}

/** Different ones in a row. */
const MAX_OPERATORS = 50

type Limits = Pick<SelectAst, 'limit' | 'offset' | 'limitBy'>

class QueryParser extends SourceParser {
  wholeQuery(): QueryAst {
    if (!this.is('select') && !this.is('with') && !this.is('(') && this.peek.kind !== 'end') {
      if (this.is('<')) throw this.error('Tags are not supported.', this.peek.at)
      throw this.error('A query begins with SELECT or WITH.', this.peek.at)
    }
    const query = this.query()
    if (this.take(';') && this.peek.kind !== 'end')
      throw this.error('A text holds one query, and nothing behind its semicolon.', this.peek.at)
    this.#refuseClauses()
    this.end()
    this.checkDepth({ kind: 'subquery', query, at: query.at })
    return query
  }

  /** Clauses that are not taken, and those that stand in the wrong order. */
  #refuseClauses(): void {
    this.refuse('SETTINGS', 'settings')
    this.refuse('FORMAT', 'format')
    const clause = CLAUSES.find((word) => this.is(word))
    if (clause) throw this.error(`${clause.toUpperCase()} cannot stand here: ${ORDER}.`, this.peek.at)
  }

  protected override subquery(at: number): Ast {
    const query = this.query()
    this.expect(')')
    return { kind: 'subquery', query, at }
  }

  protected override placeholder(name: Ast, at: number): Ast {
    if (name.kind !== 'field') throw this.error('A placeholder is a name: {name}, {variables.name}.', name.at)
    return { kind: 'placeholder', chain: name.chain, at }
  }

  protected query(): QueryAst {
    return this.nested(() => this.#united(() => this.#united(() => this.#branch(), ['intersect']), ['union', 'except']))
  }

  /** Queries with operators of one tightness between them, from the left. */
  #united(operand: () => QueryAst, words: readonly SetWord[]): QueryAst {
    let left = operand()
    let isOpen = false
    let depth = 0
    for (;;) {
      const { at } = left
      const operator = this.#setOperator(words)
      if (!operator) return left
      const right = operand()
      // queries that stand in brackets stay together
      if (isOpen && left.kind === 'union' && left.operator === operator)
        left = { ...left, queries: [...left.queries, right] }
      else {
        if (++depth > MAX_OPERATORS) throw this.error('So many queries cannot be united.', at)
        left = { kind: 'union', operator, queries: [left, right], at }
      }
      isOpen = true
    }
  }

  #setOperator(words: readonly SetWord[]): SetOperator | undefined {
    const word = words.find((each) => this.take(each))
    if (!word) return undefined
    if (this.take('distinct')) return `${word} distinct`
    const isAll = this.take('all')
    if (word !== 'union') return word
    if (!isAll) throw this.unexpected('ALL or DISTINCT')
    return 'union all'
  }

  #branch(): QueryAst {
    if (!this.take('(')) return this.#select()
    const query = this.query()
    this.expect(')')
    return query
  }

  #select(): SelectAst {
    const { at } = this.peek
    const { tables, values } = this.take('with') ? this.#with() : { tables: [], values: [] }
    if (!this.is('select') && this.is('{')) throw this.error('A placeholder cannot stand for a query.', this.peek.at)
    this.expect('select')
    const distinct = this.take('distinct')
    if (this.is('top') && this.ahead(1).kind === 'number')
      throw this.error('TOP is not supported: use LIMIT.', this.peek.at)
    const columns = this.listed(() => this.aliased())
    const sources = this.take('from') ? this.sources() : null
    return {
      kind: 'select',
      with: tables,
      values,
      distinct,
      columns,
      from: sources?.from ?? null,
      joins: sources?.joins ?? [],
      arrayJoin: this.#arrayJoin(),
      where: this.#where(),
      groupBy: this.#groupBy(),
      having: this.take('having') ? this.expression() : null,
      windows: this.#windows(),
      orderBy: this.take('order', 'by') ? this.orders() : [],
      ...this.#limits(),
      at,
    }
  }

  /** `with name as (select …)` is a table, `with expr as name` a value. */
  #with(): { tables: CommonTableOf<Ast>[]; values: SelectAst['values'] } {
    this.refuse('WITH RECURSIVE', 'recursive')
    const tables: CommonTableOf<Ast>[] = []
    const values: SelectAst['values'][number][] = []
    do {
      const { at } = this.peek
      if (this.#isCommonTable()) {
        const name = this.name()
        this.skip(2)
        const query = this.query()
        this.expect(')')
        tables.push({ name, query, at })
      } else {
        const expr = this.expression()
        this.expect('as')
        values.push({ kind: 'alias', expr, name: this.name(), at })
      }
    } while (this.take(',') && !this.is('select'))
    return { tables, values }
  }

  #isCommonTable(): boolean {
    let next = 2
    while (this.is('(', next)) next++
    return next > 2 && this.is('as', 1) && (this.is('select', next) || this.is('with', next))
  }

  #arrayJoin(): ArrayJoinOf<Ast> | null {
    const { at } = this.peek
    const left = this.take('left', 'array', 'join')
    if (!left && !this.take('array', 'join') && !this.take('inner', 'array', 'join')) return null
    return { left, arrays: this.listed(() => this.aliased()), at }
  }

  /** PREWHERE is a condition like WHERE: the database chooses what it reads first. */
  #where(): Ast | null {
    const before = this.take('prewhere') ? this.expression() : null
    const where = this.take('where') ? this.expression() : null
    return before && where ? callOf<Ast>('and', before.at, before, where) : (before ?? where)
  }

  #groupBy(): Ast[] {
    if (!this.take('group')) return []
    this.expect('by')
    const { at } = this.peek
    // every column that is no aggregate
    if (this.is('all') && !this.is('.', 1) && !this.is('(', 1) && this.take('all'))
      return [{ kind: 'star', table: null, at }]
    this.refuse('GROUPING SETS', 'grouping', 'sets')
    const items = this.listed()
    for (const word of ['totals', 'rollup', 'cube']) this.refuse(`WITH ${word.toUpperCase()}`, 'with', word)
    return items
  }

  #windows(): NamedWindowOf<Ast>[] {
    const windows: NamedWindowOf<Ast>[] = []
    if (this.take('window'))
      do {
        const { at } = this.peek
        const name = this.name()
        this.expect('as')
        this.expect('(')
        const window = this.window()
        this.expect(')')
        windows.push({ name, window, at })
      } while (this.take(','))
    this.refuse('QUALIFY', 'qualify')
    return windows
  }

  /** `limit 2 offset 1 by plan limit 10 offset 20`; behind a comma stands the offset, too. */
  #limits(): Limits {
    let limitBy: LimitByOf<Ast> | null = null
    while (this.take('limit')) {
      const limit = this.expression()
      const offset = this.take(',') || this.take('offset') ? this.expression() : null
      this.refuse('WITH TIES', 'with', 'ties')
      if (!this.take('by')) return { limitBy, limit, offset: offset ?? this.#offset() }
      if (limitBy) throw this.error('There is one LIMIT BY.', limit.at)
      limitBy = { limit, offset, by: this.listed() }
    }
    return { limitBy, limit: null, offset: this.#offset() }
  }

  #offset(): Ast | null {
    return this.take('offset') ? this.expression() : null
  }
}

type SetWord = 'union' | 'intersect' | 'except'
const CLAUSES = ['from', 'prewhere', 'where', 'group', 'having', 'window', 'order', 'limit', 'offset', 'join']
const ORDER =
  'the order is WITH, SELECT, FROM, JOIN, ARRAY JOIN, PREWHERE, WHERE, GROUP BY, HAVING, WINDOW, ORDER BY, LIMIT BY, LIMIT, OFFSET'
