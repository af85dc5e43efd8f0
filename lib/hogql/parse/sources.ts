import type { Ast, JoinOf, QueryAst, SourceAst } from '../syntax.ts'
import { ExpressionParser } from './expressions.ts'

type Join = JoinOf<Ast>
type How = Pick<Join, 'how' | 'any'>
export type Sources = { readonly from: SourceAst; readonly joins: readonly Join[] }

const KINDS = ['inner', 'left', 'right', 'full'] as const
/** Strictnesses of ClickHouse that Postgres has no join for. */
const REFUSED = ['asof', 'semi', 'anti', 'natural', 'paste'] as const

/** Tables and queries behind FROM and JOIN: the database plans them together. */
const MAX_SOURCES = 300

/** What stands behind FROM: tables, queries, table functions, and joins of them. */
export abstract class SourceParser extends ExpressionParser {
  #sources = 0

  protected abstract query(): QueryAst

  protected sources(): Sources {
    const first = this.#isJoinInBrackets() ? this.#joinInBrackets() : { from: this.source(), joins: [] }
    return { from: first.from, joins: [...first.joins, ...this.#joins()] }
  }

  /** `(a join b on …) join c on …` says what it says without its brackets. */
  #joinInBrackets(): Sources {
    this.expect('(')
    return this.nested(() => {
      const inside = this.sources()
      this.expect(')')
      return inside
    })
  }

  #isJoinInBrackets(): boolean {
    let next = 0
    while (this.is('(', next)) next++
    return next > 0 && !this.is('select', next) && !this.is('with', next)
  }

  protected source(): SourceAst {
    const source = this.#unsampled()
    this.refuse('FINAL', 'final')
    this.refuse('SAMPLE', 'sample')
    return source
  }

  #unsampled(): SourceAst {
    const { at } = this.peek
    if (++this.#sources > MAX_SOURCES) throw this.error(`A query reads ${MAX_SOURCES} tables at most.`, at)
    if (this.is('{')) throw this.error('A placeholder cannot stand for a table.', at)
    if (this.is('<')) throw this.error('Tags are not supported.', at)
    if (this.#isJoinInBrackets()) throw this.error('Joins in brackets stand right behind FROM.', at)
    if (this.take('(')) {
      const query = this.query()
      this.expect(')')
      return { kind: 'tableQuery', query, alias: this.alias(), at }
    }
    const name = this.#tableName()
    if (!this.take('(')) return { kind: 'table', name, alias: this.alias(), at }
    this.count(at)
    const args = this.is(')') ? [] : this.listed(() => this.aliased())
    this.expect(')')
    return { kind: 'tableFunction', name, args, alias: this.alias(), at }
  }

  /** `system.runs` */
  #tableName(): string {
    const names = [this.name()]
    while (this.take('.')) names.push(this.name())
    return names.join('.')
  }

  #joins(): Join[] {
    const joins: Join[] = []
    for (;;) {
      if (this.take(',')) joins.push({ how: 'cross', any: false, source: this.source(), on: null, using: [] })
      else {
        const kind = this.#joinKind()
        if (!kind) return joins
        const source = this.source()
        joins.push({ ...kind, source, ...(kind.how === 'cross' ? { on: null, using: [] } : this.#constraint()) })
      }
    }
  }

  #constraint(): Pick<Join, 'on' | 'using'> {
    if (this.take('on')) return { on: this.expression(), using: [] }
    if (!this.take('using')) throw this.unexpected('ON or USING')
    const isBracketed = this.take('(')
    const using: string[] = []
    do using.push(this.name())
    while (this.take(',') && !this.is(')'))
    if (isBracketed) this.expect(')')
    return { on: null, using }
  }

  /** The words up to JOIN, which may stand in any order: `left any join`, `any left outer join`. */
  #joinKind(): How | undefined {
    const mark = this.mark()
    const { at } = this.peek
    const words: string[] = []
    while (words.length < 5 && !this.is('join')) {
      const word = JOIN_WORDS.find((each) => this.take(each))
      if (!word) {
        this.back(mark)
        return undefined
      }
      words.push(word)
    }
    if (!this.take('join')) throw this.unexpected('JOIN')
    const refused = REFUSED.find((word) => words.includes(word))
    if (refused) throw this.error(`${refused.toUpperCase()} JOIN is not supported.`, at)
    const kinds = [...KINDS, 'cross' as const].filter((word) => words.includes(word))
    if (kinds.length > 1) throw this.error('A join is of one kind: inner, left, right, full or cross.', at)
    return { how: kinds[0] ?? 'inner', any: words.includes('any') }
  }
}

const JOIN_WORDS = ['global', 'any', 'all', 'outer', 'cross', ...KINDS, ...REFUSED] as const
