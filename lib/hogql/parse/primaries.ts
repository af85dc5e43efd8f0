import { type Ast, type CallAst, callOf, type WindowAst } from '../syntax.ts'
import { isReserved } from '../words.ts'
import { SpellingParser } from './spellings.ts'

/** Constants, fields, calls and lists: the parts that operators stand between. */
export abstract class PrimaryParser extends SpellingParser {
  /** A query in brackets, whose first word is next. An expression of a filter has none. */
  protected subquery(_at: number): Ast {
    throw this.unexpected()
  }

  /** `{name}`; an expression of a filter has none. */
  protected placeholder(_name: Ast, at: number): Ast {
    throw this.error('A placeholder can stand in a query only.', at)
  }

  /** A primary with what is read of it: `list[1]`, `pair.2`, `call(x).name`, `x::Int` */
  protected primary(): Ast {
    let of = this.#primary()
    for (;;) {
      const { at } = this.peek
      if (this.take('[') || this.take('?.', '[')) {
        this.#refuseZero()
        of = this.made('arrayElement', at, of, this.expression())
        this.expect(']')
      } else if (this.is('.') || this.is('?.')) of = this.#part(of, at)
      else if (this.take('::')) of = this.cast(of, at)
      else return of
    }
  }

  #part(of: Ast, at: number): Ast {
    this.skip()
    const { kind, text, at: place } = this.peek
    if (kind !== 'number') return this.made('arrayElement', at, of, { kind: 'literal', value: this.name(), at: place })
    this.skip()
    return this.made('tupleElement', at, of, { kind: 'literal', value: Number(text), at: place })
  }

  #refuseZero(): void {
    const { kind, text, at } = this.peek
    if (kind === 'number' && Number(text) === 0 && this.is(']', 1))
      throw this.error('SQL indexes start from one, not from zero. E.g: array[1]', at)
  }

  #primary(): Ast {
    const { kind, text, at } = this.peek
    if (kind === 'number') {
      const value = this.numberAt()
      this.skip()
      return { kind: 'literal', value, at }
    }
    if (kind === 'name' || kind === 'quoted') return this.#named()
    if (this.is('<') && this.ahead(1).kind === 'name') throw this.error('Tags are not supported.', at)
    if (kind === 'text' || kind === 'template') this.skip()
    if (kind === 'text') return { kind: 'literal', value: text, at }
    if (kind === 'template') return this.template(at)
    if (this.take('(')) return this.#bracketed(at)
    if (this.take('[')) return { kind: 'list', brackets: 'array', items: this.items(']'), at }
    if (this.take('{')) return this.#braced(at)
    if (this.take('*')) return this.#star(null, at)
    throw this.unexpected()
  }

  #star(table: string | null, at: number): Ast {
    const isQuery = this.is('select', 2) || this.is('with', 2) || this.is('(', 2)
    const word = ['except', 'exclude', 'replace'].find((each) => this.is(each) && this.is('(', 1) && !isQuery)
    if (word) throw this.error(`* ${word.toUpperCase()} is not supported: name the columns.`, this.peek.at)
    return { kind: 'star', table, at }
  }

  #bracketed(at: number): Ast {
    if (this.is('select') || this.is('with')) return this.subquery(at)
    const items = this.items(')')
    const [first] = items
    if (!first) throw this.error('There is nothing in the brackets.', at)
    const isTuple = items.length > 1 || this.isBehindComma()
    return isTuple ? { kind: 'list', brackets: 'tuple', items, at } : first
  }

  /** `{'key': value}` is a map, `{name}` a placeholder. */
  #braced(at: number): Ast {
    const pairs: Ast[] = []
    while (!this.take('}')) {
      const key = this.expression()
      if (pairs.length === 0 && this.take('}')) return this.placeholder(key, at)
      this.expect(':')
      pairs.push(key, this.expression())
      if (!this.take(',') && !this.is('}')) throw this.unexpected()
    }
    return this.made('map', at, ...pairs)
  }

  #named(): Ast {
    const { kind, text, at } = this.peek
    const word = kind === 'name' ? text.toLowerCase() : ''
    if (isReserved(word) && !this.isNameOfBy()) throw this.unexpected()
    this.skip()
    if (!this.is('.') && !this.is('(')) {
      if (word === 'null') return { kind: 'literal', value: null, at }
      if (word === 'true' || word === 'false') return { kind: 'literal', value: word === 'true', at }
      if (word === 'inf' || word === 'infinity') return this.#quotient(1, at)
      if (word === 'nan') return this.#quotient(0, at)
    }
    const spelling = kind === 'name' ? this.spelling(word, at) : undefined
    if (spelling) return spelling
    if (kind === 'name' && this.take('(')) return this.#call(text, at)
    return this.#field(text, at)
  }

  /** Infinity, and what is no number. */
  #quotient(of: number, at: number): Ast {
    return this.made('divide', at, { kind: 'literal', value: of, at }, { kind: 'literal', value: 0, at })
  }

  #call(name: string, at: number): Ast {
    this.count(at)
    if (name.toLowerCase() === 'columns') throw this.error('COLUMNS is not supported: name the columns.', at)
    const { distinct, args } = this.#args(name)
    const call: CallAst = this.take('(')
      ? { ...callOf<Ast>(name, at), params: args, ...this.#args(name) }
      : { ...callOf<Ast>(name, at, ...args), distinct }
    this.refuse('WITHIN GROUP', 'within', 'group')
    const filtered = this.take('filter', '(', 'where') ? this.#filtered(call) : call
    if (!this.take('over')) return filtered
    if (!this.is('(')) return { ...filtered, overName: this.name() }
    return { ...filtered, over: this.#bracketedWindow() }
  }

  /** `count(*)` counts rows. */
  #args(name: string): { distinct: boolean; args: Ast[] } {
    const distinct = this.take('distinct')
    if (name.toLowerCase() === 'count' && this.take('*', ')')) return { distinct, args: [] }
    return { distinct, args: this.items(')') }
  }

  /** `sum(a) filter (where b)` as `sumIf(a, b)` */
  #filtered(call: CallAst): CallAst {
    const condition = this.expression()
    this.expect(')')
    return { ...call, name: `${call.name}If`, args: [...call.args, condition] }
  }

  #bracketedWindow(): WindowAst {
    this.expect('(')
    const window = this.window()
    this.expect(')')
    return window
  }

  #field(first: string, at: number): Ast {
    const chain = [first]
    for (;;) {
      const next = this.ahead(1)
      const isPart = this.is('.') || this.is('?.')
      if (isPart && this.is('*', 1)) {
        this.skip(2)
        return this.#star(chain.join('.'), at)
      }
      if (isPart && next.kind !== 'number' && !this.is('[', 1)) {
        this.skip()
        chain.push(this.name())
      } else if (this.is('[') && next.kind === 'text' && this.is(']', 2)) {
        this.skip(3)
        chain.push(next.text)
      } else return { kind: 'field', chain, at }
    }
  }
}
