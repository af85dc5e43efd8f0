/**
 * Random texts of SQL: those that are right, those that nearly are, and those that want what nobody may have. The parts of a
 * grammar name each other, so that they are one file.
 */
import { AGGREGATE_NAMES } from '../../lib/hogql/aggregates/names.ts'
import { FUNCTIONS } from '../../lib/hogql/functions.ts'
import type { Dice } from './dice.ts'
import { ALIASES, FIELDS, OPERATORS, SOUP, TABLES, TEXTS, TYPES } from './hogql-words.ts'
import { HOSTILE } from './hostile-hogql.ts'

interface Scope {
  /** Fields that can be named. */
  readonly fields: readonly string[]
  readonly canAggregate: boolean
}

export class RandomHogql {
  readonly #dice: Dice
  #sources = 0

  constructor(dice: Dice) {
    this.#dice = dice
  }

  text(): string {
    const { between, pick } = this.#dice
    switch (between(0, 9)) {
      case 0:
        return pick(HOSTILE)
      case 1:
        return this.#dice.many(1, 25, () => pick(SOUP)).join(' ')
      case 2:
      case 3:
        return this.#damaged(this.query(3))
      default:
        return this.query(between(1, 4))
    }
  }

  /** A text with some of its parts gone, moved or in another's place. */
  #damaged(text: string): string {
    const { between, pick } = this.#dice
    const parts = text.split(/(?<=[\s(),.'])/)
    for (let times = between(1, 3); times > 0; times--) {
      const at = between(0, parts.length - 1)
      const kind = between(0, 3)
      if (kind === 0) parts.splice(at, 1)
      else if (kind === 1) parts.splice(at, 0, `${pick(SOUP)} `)
      else if (kind === 2) parts.splice(at, 1, pick(parts))
      else parts.splice(at, 1, pick([...SOUP, 'pg_sleep(1)', 'pg_user', '\\', '--', '/*', '"']))
    }
    return parts.join('')
  }

  query(depth: number): string {
    const { chance, pick } = this.#dice
    if (depth > 1 && chance(0.15)) {
      const operator = pick(['union all', 'union distinct', 'intersect', 'except', 'except distinct'])
      const columns = this.#dice.between(1, 2)
      const branch = () => this.#select(depth - 1, columns)
      return `${branch()} ${operator} ${chance(0.5) ? `(${branch()})` : branch()}`
    }
    return this.#select(depth, null)
  }

  #select(depth: number, count: number | null): string {
    const { chance, between, pick, many } = this.#dice
    const common = depth > 1 && chance(0.2)
    const from = chance(0.85) ? this.#from(depth, common) : { text: '', fields: [] as string[] }
    const scope: Scope = { fields: from.fields, canAggregate: false }
    const isGrouped = chance(0.3)
    const keys = isGrouped ? many(0, 2, () => this.#field(scope)) : []
    const column = () => this.expression(depth - 1, { ...scope, canAggregate: chance(isGrouped ? 0.8 : 0.05) })
    const columns = many(count ?? 1, count ?? 3, () =>
      isGrouped && keys.length > 0 && chance(0.4) ? pick(keys) : column(),
    )
    const some = (likely: number, make: () => string) => (chance(likely) ? make() : '')
    const values = some(0.1, () => `${this.expression(1, { fields: [], canAggregate: false })} as named`)
    const tables = common ? [`t as (${this.query(depth - 1)})`] : []
    const withs = [...tables, ...(values ? [values] : [])]
    return [
      withs.length > 0 ? `with ${withs.join(', ')}` : '',
      chance(0.1) ? 'select distinct' : 'select',
      some(0.08, () => '*, ') + columns.map((text, i) => (chance(0.6) ? `${text} as c${i}` : text)).join(', '),
      from.text,
      some(0.08, () => `${chance(0.5) ? 'left ' : ''}array join ${this.#array(depth - 1, scope)} as item`),
      some(0.4, () => `where ${this.#condition(depth - 1, scope)}`),
      keys.length > 0 ? `group by ${keys.join(', ')}` : '',
      isGrouped ? some(0.2, () => `having ${this.#condition(1, { ...scope, canAggregate: true })}`) : '',
      some(0.4, () => `order by ${pick(['1', 'c0', column()])}${pick(['', ' desc', ' asc nulls first'])}`),
      some(0.1, () => `limit ${between(0, 2)} by ${pick(['1', 'c0', column()])}`),
      some(0.3, () => `limit ${between(0, 20)}${some(0.3, () => ` offset ${between(0, 3)}`)}`),
    ]
      .filter(Boolean)
      .join(' ')
  }

  #from(depth: number, common: boolean): { text: string; fields: string[] } {
    const { chance, pick } = this.#dice
    const first = this.#source(depth, common)
    const fields = [...first.fields]
    let text = `from ${first.text}`
    while (chance(0.25)) {
      const how = pick(['join', 'left join', 'right join', 'full join', 'cross join', 'left any join', 'any join', ','])
      const next = this.#source(depth, common)
      const both = { fields: [...fields, ...next.fields], canAggregate: false }
      const keys = `${pick(fields)} = ${pick(next.fields)}`
      const on = how === 'cross join' || how === ',' ? '' : ` on ${chance(0.8) ? keys : this.#condition(1, both)}`
      text += `${how === ',' ? ',' : ` ${how}`} ${next.text}${on}`
      fields.push(...next.fields)
    }
    return { text, fields }
  }

  #source(depth: number, common: boolean): { text: string; fields: string[] } {
    const { chance, between, pick } = this.#dice
    const alias = chance(0.1) ? pick(ALIASES) : `s${this.#sources++}`
    const of = (names: readonly string[]) => names.map((name) => `${alias}.${name}`)
    if (common && chance(0.7)) return { text: `t as ${alias}`, fields: of(['c0']) }
    if (depth > 1 && chance(0.3)) return { text: `(${this.query(depth - 1)}) as ${alias}`, fields: of(['c0', 'c1']) }
    if (chance(0.15)) return { text: `numbers(${between(1, 5)}) as ${alias}`, fields: of(['number']) }
    const table = pick(TABLES)
    return {
      text: `${table} as ${alias}`,
      fields: of([...(FIELDS[table] ?? []), 'nothing'].slice(0, -1).concat(chance(0.02) ? ['nope'] : [])),
    }
  }

  #field({ fields }: Scope): string {
    return fields.length > 0 ? this.#dice.pick(fields) : this.#constant()
  }

  #constant(): string {
    const { pick, between } = this.#dice
    switch (between(0, 5)) {
      case 0:
        return pick(TEXTS)
      case 1:
        return pick(['0', '1', '-1', '2.5', '1e10', '100'])
      case 2:
        return pick(['true', 'false', 'null'])
      case 3:
        return pick(['now()', "toDate('2020-01-02')", "toDateTime('2020-01-02 10:00:00')", 'today()'])
      case 4:
        return pick(['[1, 2, 3]', "['a', 'b']", '[]', '[null, 1]', "[(1, 'a')]"])
      default:
        return pick(["(1, 'a')", "map('a', 1)", "{'a': 1}", 'interval 1 day', "f'a{1}'", '[[1], [2]]'])
    }
  }

  #array(depth: number, scope: Scope): string {
    const { pick, chance, between } = this.#dice
    const inner = { ...scope, fields: [...scope.fields, 'x'] }
    if (chance(0.3)) return pick(['[1, 2]', "['own', 'b']", 'range(3)', '[]'])
    if (chance(0.5)) return `[${this.expression(depth - 1, scope)}, ${this.expression(depth - 1, scope)}]`
    const fn = pick(['arrayMap', 'arrayFilter', 'arraySort', 'arrayExists', 'arrayFirst', 'arrayCount'])
    return `${fn}(x -> ${this.expression(depth - 1, inner)}, range(${between(0, 4)}))`
  }

  #condition(depth: number, scope: Scope): string {
    const { pick, chance } = this.#dice
    const inner = () => this.expression(depth - 1, scope)
    if (chance(0.2)) return `${inner()} ${pick(['in', 'not in'])} (${this.#column(depth)})`
    if (chance(0.2)) return `${inner()} in (${inner()}, ${inner()})`
    if (chance(0.1)) return `${inner()} ${pick(['between', 'not between'])} ${inner()} and ${inner()}`
    if (chance(0.1)) return `${inner()} is ${pick(['null', 'not null', 'distinct from 1'])}`
    if (chance(0.05)) return `${this.#field(scope)} in cohort ${pick(['1', "'x'"])}`
    const type = pick(['text', 'float', 'instant'])
    const like = () => this.#typed(type, depth - 1, scope)
    const operator = pick(type === 'text' ? ['=', '!=', 'like', 'not ilike', '=~'] : ['=', '!=', '<', '>='])
    return chance(0.8) ? `${like()} ${operator} ${like()}` : `${inner()} ${operator} ${inner()}`
  }

  /** A query of one column, as it stands behind IN and as a value. */
  #column(depth: number): string {
    const { chance, pick } = this.#dice
    const table = pick(TABLES)
    const field = pick([...(FIELDS[table] ?? []), '1'])
    if (depth > 1 && chance(0.3)) return this.#select(depth - 1, 1)
    return `select ${chance(0.5) ? `any(${field})` : field} from ${table}${chance(0.5) ? ' limit 1' : ''}`
  }

  expression(depth: number, scope: Scope): string {
    const { pick, chance, between, many } = this.#dice
    if (depth <= 0) return chance(0.6) ? this.#field(scope) : this.#constant()
    const inner = () => this.expression(depth - 1, scope)
    if (scope.canAggregate && chance(0.6)) return this.#aggregate(depth, scope)
    switch (between(0, 9)) {
      case 0:
        return `(${inner()} ${pick(OPERATORS)} ${inner()})`
      case 1:
        return `if(${this.#condition(depth - 1, scope)}, ${inner()}, ${inner()})`
      case 2:
        return this.#array(depth, scope)
      case 3:
        return `(${this.#column(depth - 1)})`
      case 4:
        return this.#window(depth, scope)
      case 5:
        return `case when ${this.#condition(depth - 1, scope)} then ${inner()} else ${inner()} end`
      case 6:
        return pick([
          `${inner()}::String`,
          `cast(${inner()} as Int)`,
          `not (${inner()})`,
          `-(${inner()})`,
          `(${inner()})[1]`,
          `(${inner()}).1`,
        ])
      default: {
        const name = pick(Object.keys(FUNCTIONS).filter((each) => /^\w+$/.test(each)))
        const rule = FUNCTIONS[name]
        const takes = rule?.takes ?? []
        let index = 0
        const args = many(rule?.min ?? 0, Math.min(rule?.max ?? 0, 4), () => {
          const wanted = takes[Math.min(index++, takes.length - 1)]
          return chance(0.9) && typeof wanted === 'string' ? this.#typed(wanted, depth - 1, scope) : inner()
        })
        return `${name}(${args.join(', ')})`
      }
    }
  }

  /** An expression that a function may take where it wants this type. */
  #typed(wanted: string, depth: number, scope: Scope): string {
    const { pick, chance, between } = this.#dice
    const fields = scope.fields.filter((name) => (TYPES.get(name.replace(/^s\d+\./, '')) ?? 'any') === wanted)
    if (fields.length > 0 && chance(0.5)) return pick(fields)
    const of = (type: string) => this.#typed(type, depth - 1, scope)
    const isDeep = depth > 0 && chance(0.5)
    switch (wanted) {
      case 'text':
      case 'string':
      case 'json':
      case 'text or list':
        return isDeep
          ? pick([`lower(${of('text')})`, `toString(${of('float')})`, `concat(${of('text')}, ${of('float')})`])
          : pick(TEXTS)
      case 'float':
      case 'int':
      case 'number':
        return isDeep
          ? pick([`(${of('float')} + ${of('float')})`, `length(${of('text')})`, `toInt(${of('text')})`])
          : String(between(-2, 9))
      case 'boolean':
        return isDeep ? this.#condition(depth - 1, scope) : pick(['true', '1 = 1', 'null = 1'])
      case 'instant':
        return isDeep ? `addDays(${of('instant')}, ${of('float')})` : pick(['now()', "toDate('2020-01-02')", 'today()'])
      case 'array':
      case 'string or array':
        return isDeep ? this.#array(depth, scope) : pick(['[1, 2]', "['a']", '[]', "splitByChar(',', 'a,b')"])
      default:
        return this.expression(depth - 1, scope)
    }
  }

  #aggregate(depth: number, scope: Scope): string {
    const { pick, chance, many } = this.#dice
    const within = { ...scope, canAggregate: false }
    const inner = () =>
      chance(0.5)
        ? this.#typed(pick(['text', 'float', 'instant']), depth - 1, within)
        : this.expression(depth - 1, within)
    if (chance(0.2)) return 'count()'
    const name = pick([...AGGREGATE_NAMES, 'count', 'sum', 'uniq', 'max', 'any'])
    const suffix = pick(['', '', '', 'If', 'OrNull', 'Distinct', 'Array', 'State'])
    const params =
      name.startsWith('quantile') || name.startsWith('topK') || chance(0.03)
        ? `(${pick(['0.5', '2', '0.9, 0.1'])})`
        : ''
    const args = many(1, 2, inner)
    return `${name}${suffix}${params}(${chance(0.05) ? 'distinct ' : ''}${args.join(', ')}${suffix === 'If' ? `, ${this.#condition(1, within)}` : ''})`
  }

  #window(depth: number, scope: Scope): string {
    const { pick, chance } = this.#dice
    const inner = () => this.expression(depth - 1, scope)
    const fn = pick([
      'row_number()',
      'rank()',
      `sum(${inner()})`,
      `lag(${inner()})`,
      `first_value(${inner()})`,
      `lagInFrame(${inner()}, 1)`,
    ])
    const parts = [
      chance(0.5) ? `partition by ${inner()}` : '',
      chance(0.7) ? `order by ${inner()}` : '',
      chance(0.2) ? pick(['rows between 1 preceding and current row', 'range unbounded preceding']) : '',
    ]
    return `${fn} over (${parts.filter(Boolean).join(' ')})`
  }
}
