import type { Ast, CommonTableOf, JoinOf, QueryAst, SelectAst, SourceAst } from '../syntax.ts'
import { isAlias } from '../words.ts'
import { ExpressionParser } from './expressions.ts'

const LIMITS = { name: 'A query', characters: 200_000, operators: 10_000 }

/** Text of a SELECT or a UNION ALL of several -> its syntax. Throws a 400 `hogql_syntax_error` that names the place. */
export function parseQuery(text: string, attr: string): QueryAst {
  return new QueryParser(text, attr, LIMITS).wholeQuery()
}

class QueryParser extends ExpressionParser {
  wholeQuery(): QueryAst {
    const query = this.#query()
    this.take(';')
    this.end()
    return query
  }

  protected override subquery(at: number): Ast {
    const query = this.#query()
    this.expect(')')
    return { kind: 'subquery', query, at }
  }

  #query(): QueryAst {
    return this.nested(() => {
      const { at } = this.peek
      const queries = [this.#branch()]
      while (this.take('union', 'all')) queries.push(this.#branch())
      const [first] = queries
      return first && queries.length === 1 ? first : { kind: 'union', operator: 'union all', queries, at }
    })
  }

  #branch(): QueryAst {
    if (!this.take('(')) return this.#select()
    const query = this.#query()
    this.expect(')')
    return query
  }

  #select(): SelectAst {
    const { at } = this.peek
    const tables = this.take('with') ? this.#commonTables() : []
    this.expect('select')
    const distinct = this.take('distinct')
    const columns = this.#aliased()
    const from = this.take('from') ? this.#source() : null
    return {
      kind: 'select',
      with: tables,
      values: [],
      distinct,
      columns,
      from,
      joins: from ? this.#joins() : [],
      arrayJoin: null,
      where: this.take('where') ? this.expression() : null,
      groupBy: this.take('group', 'by') ? this.listed() : [],
      having: this.take('having') ? this.expression() : null,
      windows: [],
      orderBy: this.take('order', 'by') ? this.orders() : [],
      limitBy: null,
      limit: this.take('limit') ? this.expression() : null,
      offset: this.take('offset') ? this.expression() : null,
      at,
    }
  }

  #commonTables(): CommonTableOf<Ast>[] {
    const tables: CommonTableOf<Ast>[] = []
    do {
      const { at } = this.peek
      const name = this.#name()
      this.expect('as')
      this.expect('(')
      const query = this.#query()
      this.expect(')')
      tables.push({ name, query, at })
    } while (this.take(','))
    return tables
  }

  /** Expressions, each with an alias if it has one. */
  #aliased(): Ast[] {
    const items: Ast[] = []
    do {
      const expr = this.expression()
      const name = this.#alias()
      items.push(name === null ? expr : { kind: 'alias', expr, name, at: expr.at })
    } while (this.take(','))
    return items
  }

  #alias(): string | null {
    if (this.take('as')) return this.#name()
    const { kind, text } = this.peek
    return kind === 'quoted' || (kind === 'name' && isAlias(text)) ? this.#name() : null
  }

  #name(): string {
    const { kind, text } = this.peek
    if (kind !== 'name' && kind !== 'quoted') throw this.unexpected()
    this.skip()
    return text
  }

  #source(): SourceAst {
    const { at } = this.peek
    if (this.take('(')) {
      const query = this.#query()
      this.expect(')')
      return { kind: 'tableQuery', query, alias: this.#alias(), at }
    }
    const name = this.#name()
    if (!this.take('(')) return { kind: 'table', name, alias: this.#alias(), at }
    this.count(at)
    const args = this.is(')') ? [] : this.#aliased()
    this.expect(')')
    return { kind: 'tableFunction', name, args, alias: this.#alias(), at }
  }

  #joins(): JoinOf<Ast>[] {
    const joins: JoinOf<Ast>[] = []
    for (;;) {
      const how = this.#joinKind()
      if (!how) return joins
      joins.push({ how, any: false, source: this.#source(), on: how === 'cross' ? null : this.#on(), using: [] })
    }
  }

  #on(): Ast {
    this.expect('on')
    return this.expression()
  }

  #joinKind(): JoinOf<Ast>['how'] | undefined {
    if (this.take('join') || this.take('inner', 'join')) return 'inner'
    for (const how of ['left', 'right', 'full'] as const)
      if (this.take(how, 'join') || this.take(how, 'outer', 'join')) return how
    return this.take('cross', 'join') ? 'cross' : undefined
  }
}
