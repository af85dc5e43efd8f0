import type { Ast, FrameAst, FrameBound, OrderAst, WindowAst } from '../syntax.ts'
import { isAlias } from '../words.ts'
import { Cursor } from './cursor.ts'

/** Lists of expressions, orders and windows. */
export abstract class ListParser extends Cursor {
  protected abstract expression(): Ast

  /** Expressions with commas between them, up to a bracket. */
  protected items(close: string): Ast[] {
    const items: Ast[] = []
    while (!this.take(close)) {
      items.push(this.named(this.expression()))
      if (!this.take(',') && !this.is(close)) throw this.unexpected()
    }
    return items
  }

  /** Expressions with commas between them; a comma may also stand behind the last. */
  protected listed(read = () => this.expression()): Ast[] {
    const items: Ast[] = []
    do items.push(read())
    while (this.take(',') && !this.isAtClause())
    return items
  }

  /** `expr as name` */
  protected named(expr: Ast): Ast {
    return this.take('as') ? { kind: 'alias', expr, name: this.name(true), at: expr.at } : expr
  }

  /** `expr as name`, `expr name` */
  protected aliased(): Ast {
    const expr = this.expression()
    const name = this.alias()
    return name === null ? expr : { kind: 'alias', expr, name, at: expr.at }
  }

  protected alias(): string | null {
    if (this.take('as')) return this.name(true)
    const { kind, text } = this.peek
    return kind === 'quoted' || (kind === 'name' && isAlias(text)) ? this.name() : null
  }

  /** `orText`: behind AS a name may also stand in the quotes of a text. */
  protected name(orText = false): string {
    const { kind, text } = this.peek
    if (kind !== 'name' && kind !== 'quoted' && !(orText && kind === 'text')) throw this.unexpected('a name')
    this.skip()
    return text
  }

  protected orders(): OrderAst[] {
    const orders: OrderAst[] = []
    do {
      const expr = this.expression()
      const descending = this.take('desc') || this.take('descending')
      if (!descending && !this.take('asc')) this.take('ascending')
      const nulls = this.take('nulls', 'first') ? 'first' : this.take('nulls', 'last') ? 'last' : null
      this.refuse('COLLATE', 'collate')
      this.refuse('WITH FILL', 'with', 'fill')
      orders.push({ expr, descending, nulls })
    } while (this.take(',') && !this.isAtClause())
    return orders
  }

  /** What stands in the brackets of OVER, without them. */
  protected window(): WindowAst {
    const partitionBy = this.take('partition', 'by') ? this.listed() : []
    const orderBy = this.take('order', 'by') ? this.orders() : []
    return { partitionBy, orderBy, frame: this.#frame() }
  }

  #frame(): FrameAst | null {
    const unit = (['rows', 'range', 'groups'] as const).find((word) => this.take(word))
    if (!unit) return null
    if (!this.take('between')) return { unit, from: this.#bound(), to: { kind: 'current' } }
    const from = this.#bound()
    this.expect('and')
    return { unit, from, to: this.#bound() }
  }

  #bound(): FrameBound {
    if (this.take('current', 'row')) return { kind: 'current' }
    const { kind } = this.peek
    const rows = kind === 'number' ? this.numberAt() : null
    if (kind === 'number') this.skip()
    else this.expect('unbounded')
    if (this.take('preceding')) return { kind: 'preceding', rows }
    this.expect('following')
    return { kind: 'following', rows }
  }
}
