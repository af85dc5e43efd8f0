import { type DateUnit, dateUnit } from '../date-units.ts'
import {
  type Ast,
  type CallAst,
  callOf,
  type FrameAst,
  type FrameBound,
  type OrderAst,
  type WindowAst,
} from '../syntax.ts'
import { isReserved } from '../words.ts'
import { Cursor } from './cursor.ts'

/** Numbers nearer to 0 are 0, as in the database. */
const SMALLEST = 1e-150

/** Constants, fields, calls, lists, CASE: the parts that operators stand between. */
export abstract class PrimaryParser extends Cursor {
  protected abstract expression(): Ast
  /** A primary with its signs. */
  protected abstract unary(): Ast

  /** A query in brackets, whose first word is next. An expression of a filter has none. */
  protected subquery(_at: number): Ast {
    throw this.unexpected()
  }

  protected made(name: string, at: number, ...args: Ast[]): CallAst {
    this.count(at)
    return callOf<Ast>(name, at, ...args)
  }

  /** A primary with what is read of it: `list[1]`, `pair.2` */
  protected primary(): Ast {
    let of = this.#primary()
    for (;;) {
      const { at } = this.peek
      if (this.is('[')) {
        this.skip()
        this.#refuseZero()
        of = this.made('arrayElement', at, of, this.expression())
        this.expect(']')
      } else if (this.is('.') && this.ahead(1).kind === 'number' && /^\d+$/.test(this.ahead(1).text)) {
        const index: Ast = { kind: 'literal', value: Number(this.ahead(1).text), at: this.ahead(1).at }
        this.skip(2)
        of = this.made('tupleElement', at, of, index)
      } else return of
    }
  }

  #refuseZero(): void {
    const { kind, text, at } = this.peek
    if (kind === 'number' && Number(text) === 0)
      throw this.error('SQL indexes start from one, not from zero. E.g: array[1]', at)
  }

  #primary(): Ast {
    const { kind, text, at } = this.peek
    if (kind === 'number') {
      this.skip()
      const number = Number(text)
      if (!Number.isFinite(number)) throw this.error('The number is too large.', at)
      return { kind: 'literal', value: number < SMALLEST ? 0 : number, at }
    }
    if (kind === 'text') {
      this.skip()
      return { kind: 'literal', value: text, at }
    }
    if (this.take('(')) return this.#bracketed(at)
    if (this.take('[')) return { kind: 'list', brackets: 'array', items: this.items(']'), at }
    if (kind === 'name' || kind === 'quoted') return this.#named()
    throw this.unexpected()
  }

  #bracketed(at: number): Ast {
    if (this.is('select') || this.is('with')) return this.subquery(at)
    const items = this.items(')')
    const [first] = items
    if (!first) throw this.error('There is nothing in the brackets.', at)
    return items.length === 1 ? first : { kind: 'list', brackets: 'tuple', items, at }
  }

  #named(): Ast {
    const { kind, text, at } = this.peek
    const word = kind === 'name' ? text.toLowerCase() : ''
    if (isReserved(word)) throw this.unexpected()
    this.skip()
    if (word === 'null') return { kind: 'literal', value: null, at }
    if (word === 'true' || word === 'false') return { kind: 'literal', value: word === 'true', at }
    if (word === 'case') return this.#case(at)
    if (word === 'interval' && !this.is('(')) return this.#interval(at)
    if (kind === 'name' && this.take('(')) return this.#call(text, at)
    return this.#field(text, at)
  }

  /** `interval 7 day`, `interval '7 days'` */
  #interval(at: number): Ast {
    const { kind, text, at: inside } = this.peek
    const [, number, word] = (kind === 'text' && /^(\d+) +(\w+)$/.exec(text)) || []
    if (kind === 'text') this.skip()
    const amount: Ast = number ? { kind: 'literal', value: Number(number), at: inside } : this.unary()
    const unit = word ?? this.peek.text
    if (!word) this.skip()
    const known = dateUnit(unit)
    if (!known) throw this.error(`${JSON.stringify(unit)} is no unit of time.`, inside)
    return this.made(INTERVALS[known], at, amount)
  }

  #call(name: string, at: number): Ast {
    this.count(at)
    const distinct = this.take('distinct')
    const args = this.take('*') ? this.#closed() : this.items(')')
    const call: CallAst = this.take('(')
      ? { ...callOf<Ast>(name, at), params: args, distinct: this.take('distinct'), args: this.items(')') }
      : { ...callOf<Ast>(name, at, ...args), distinct }
    return this.take('over') ? { ...call, over: this.#window() } : call
  }

  #closed(): Ast[] {
    this.expect(')')
    return []
  }

  #window(): WindowAst {
    this.expect('(')
    const partitionBy = this.take('partition', 'by') ? this.listed() : []
    const orderBy = this.take('order', 'by') ? this.orders() : []
    const frame = this.#frame()
    this.expect(')')
    return { partitionBy, orderBy, frame }
  }

  #frame(): FrameAst | null {
    const unit = this.take('rows') ? 'rows' : this.take('range') ? 'range' : null
    if (!unit) return null
    if (!this.take('between')) return { unit, from: this.#bound(), to: { kind: 'current' } }
    const from = this.#bound()
    this.expect('and')
    return { unit, from, to: this.#bound() }
  }

  #bound(): FrameBound {
    if (this.take('current', 'row')) return { kind: 'current' }
    const { kind, text } = this.peek
    const rows = kind === 'number' ? Number(text) : null
    if (kind === 'number') this.skip()
    else this.expect('unbounded')
    if (this.take('preceding')) return { kind: 'preceding', rows }
    this.expect('following')
    return { kind: 'following', rows }
  }

  #field(first: string, at: number): Ast {
    const chain = [first]
    for (;;) {
      const next = this.ahead(1)
      if (this.is('.') && next.kind !== 'number') {
        this.skip()
        if (next.kind !== 'name' && next.kind !== 'quoted') throw this.unexpected()
        this.skip()
        chain.push(next.text)
      } else if (this.is('[') && next.kind === 'text' && this.is(']', 2)) {
        this.skip(3)
        chain.push(next.text)
      } else return { kind: 'field', chain, at }
    }
  }

  #case(at: number): Ast {
    this.count(at)
    const subject = this.is('when') ? null : this.expression()
    const branches: { when: Ast; value: Ast }[] = []
    while (this.take('when')) {
      const when = this.expression()
      this.expect('then')
      branches.push({ when, value: this.expression() })
      if (subject) this.count(when.at)
    }
    if (branches.length === 0) throw this.unexpected()
    const otherwise = this.take('else') ? this.expression() : null
    this.expect('end')
    return { kind: 'case', subject, branches, otherwise, at }
  }

  /** Expressions with commas between them, up to a bracket. */
  protected items(close: string): Ast[] {
    if (this.take(close)) return []
    const items = this.listed()
    this.expect(close)
    return items
  }

  protected listed(): Ast[] {
    const items: Ast[] = []
    do items.push(this.expression())
    while (this.take(','))
    return items
  }

  protected orders(): OrderAst[] {
    const orders: OrderAst[] = []
    do {
      const expr = this.expression()
      const descending = this.take('desc') || (this.take('asc') && false)
      const nulls = this.take('nulls', 'first') ? 'first' : this.take('nulls', 'last') ? 'last' : null
      orders.push({ expr, descending, nulls })
    } while (this.take(','))
    return orders
  }
}

const INTERVALS: Readonly<Record<DateUnit, string>> = {
  second: 'toIntervalSecond',
  minute: 'toIntervalMinute',
  hour: 'toIntervalHour',
  day: 'toIntervalDay',
  week: 'toIntervalWeek',
  month: 'toIntervalMonth',
  quarter: 'toIntervalQuarter',
  year: 'toIntervalYear',
}
