import { type DateUnit, dateUnit } from '../date-units.ts'
import { type Ast, type CallAst, callOf } from '../syntax.ts'
import { isAlias } from '../words.ts'
import { ListParser } from './lists.ts'

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
const TRIMS = { both: 'trim', leading: 'ltrim', trailing: 'rtrim' } as const
/** Types that an expression can be cast to, by the start of their name, and the functions that do it. */
const CASTS: readonly (readonly [RegExp, string])[] = [
  [/^(u?int\d*|integer|bigint|smallint|tinyint|signed|unsigned)$/, 'toInt'],
  [/^(float\d*|double|real|double precision)$/, 'toFloat'],
  [/^(string|text|varchar|char|fixedstring|character varying)$/, 'toString'],
  [/^bool(ean)?$/, 'toBool'],
  [/^date(32)?$/, 'toDate'],
  [/^(datetime(32|64)?|timestamp|timestamptz)$/, 'toDateTime'],
  [/^uuid$/, 'toUUID'],
  [/^(decimal|numeric)$/, 'toDecimal'],
]

/** Forms that stand for calls: CASE, INTERVAL, CAST, EXTRACT, `substring(a from 1 for 2)`, f-strings. */
export abstract class SpellingParser extends ListParser {
  /** Sums and what binds tighter. */
  protected abstract sum(): Ast

  protected made(name: string, at: number, ...args: Ast[]): CallAst {
    this.count(at)
    return callOf<Ast>(name, at, ...args)
  }

  /** The form that begins with this word, which is the last that was taken; undefined if it is a plain name here. */
  protected spelling(word: string, at: number): Ast | undefined {
    if (word === 'case') return this.#case(at)
    if (word === 'interval') return this.#interval(at)
    if (word === 'date' && this.peek.kind === 'text') return this.made('toDate', at, this.#text())
    if (word === 'timestamp' && this.peek.kind === 'text') return this.made('toDateTime', at, this.#text())
    if (!this.is('(')) return undefined
    if (word === 'cast' || word === 'try_cast') return this.#cast(at)
    if (word === 'extract') return this.#extract(at)
    if (word === 'substring') return this.#substring(at)
    if (word === 'trim') return this.#trim(at)
    return undefined
  }

  #text(): Ast {
    const { text, at } = this.peek
    this.skip()
    return { kind: 'literal', value: text, at }
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
    if (branches.length === 0) throw this.unexpected('WHEN')
    const otherwise = this.take('else') ? this.expression() : null
    this.expect('end')
    return { kind: 'case', subject, branches, otherwise, at }
  }

  /** `interval 7 day`, `interval '7 days'`, `interval n * 2 hour` */
  #interval(at: number): Ast | undefined {
    const { kind, text, at: inside } = this.peek
    const [, sign = '', number, word] = (kind === 'text' && /^ *(-?)(\d+) +(\w+) *$/.exec(text)) || []
    const known = word && dateUnit(word)
    if (known) {
      this.skip()
      const literal: Ast = { kind: 'literal', value: Number(number), at: inside }
      return this.made(INTERVALS[known], at, sign ? this.made('negate', inside, literal) : literal)
    }
    if (kind === 'text' && word) throw this.error(`${JSON.stringify(word)} is no unit of time.`, inside)
    const isOperand = kind === 'number' || kind === 'text' || kind === 'quoted' || (kind === 'name' && isAlias(text))
    if (!isOperand && !this.is('(') && !this.is('{') && !this.is('-')) return undefined
    const mark = this.mark()
    const amount = this.sum()
    const unit = this.peek.kind === 'name' && dateUnit(this.peek.text)
    if (unit) {
      this.skip()
      return this.made(INTERVALS[unit], at, amount)
    }
    if (kind === 'number' || kind === 'text')
      throw this.unexpected('a unit of time: second, minute, hour, day and so on')
    // a field of that name
    this.back(mark)
    return undefined
  }

  #cast(at: number): Ast {
    this.skip()
    const of = this.expression()
    this.expect('as')
    const made = this.cast(of, at)
    this.expect(')')
    return made
  }

  /** The name of a type comes next. */
  protected cast(of: Ast, at: number): Ast {
    const { kind, text, at: place } = this.peek
    if (kind === 'text') this.skip()
    const written = kind === 'text' ? text : this.name()
    const more = ['precision', 'varying'].find((word) => this.take(word))
    const name = `${written}${more ? ` ${more}` : ''}`
    const wrapper = name.toLowerCase()
    if ((wrapper === 'nullable' || wrapper === 'lowcardinality') && this.take('(')) {
      const made = this.cast(of, at)
      this.expect(')')
      return made
    }
    const fn = CASTS.find(([pattern]) => pattern.test(wrapper))?.[1]
    if (!fn) throw this.error(`A value cannot be cast to ${name}.`, place)
    const args = this.take('(') ? this.items(')') : []
    if (fn === 'toDecimal') return this.made(fn, at, of, args[1] ?? { kind: 'literal', value: 0, at: place })
    const zone =
      fn === 'toDateTime' ? args.filter((arg) => arg.kind === 'literal' && typeof arg.value === 'string') : []
    return this.made(fn, at, of, ...zone)
  }

  /** `extract(year from a)`; any other is a call of the function. */
  #extract(at: number): Ast | undefined {
    if (this.ahead(1).kind !== 'name' || !this.is('from', 2)) return undefined
    const part: Ast = { kind: 'literal', value: this.ahead(1).text.toLowerCase(), at: this.ahead(1).at }
    this.skip(3)
    const made = this.made('date_part', at, part, this.expression())
    this.expect(')')
    return made
  }

  #substring(at: number): Ast | undefined {
    const mark = this.mark()
    this.skip()
    if (this.is(')')) {
      this.back(mark)
      return undefined
    }
    const of = this.expression()
    if (!this.take('from')) {
      this.back(mark)
      return undefined
    }
    const from = this.expression()
    const args = this.take('for') ? [of, from, this.expression()] : [of, from]
    this.expect(')')
    return this.made('substring', at, ...args)
  }

  /** `trim(both 'x' from a)` */
  #trim(at: number): Ast | undefined {
    const where = (['both', 'leading', 'trailing'] as const).find((word) => this.is(word, 1))
    const isForm = where && !['symbol', 'end'].includes(this.ahead(2).kind)
    if (!isForm) return undefined
    this.skip(2)
    const characters = this.is('from') ? [] : [this.expression()]
    this.expect('from')
    const made = this.made(TRIMS[where], at, this.expression(), ...characters)
    this.expect(')')
    return made
  }

  /** `f'Hello {name}'`, whose first token was taken. */
  protected template(at: number): Ast {
    const parts: Ast[] = []
    while (this.peek.kind !== 'template end') {
      if (this.peek.kind === 'text') parts.push(this.#text())
      else {
        this.expect('{')
        parts.push(this.expression())
        this.expect('}')
      }
    }
    this.skip()
    const [first] = parts
    if (!first) return { kind: 'literal', value: '', at }
    return parts.length === 1 ? first : this.made('concat', at, ...parts)
  }
}
