import { assert } from '../core/assert.ts'
import type { Expr } from '../tree/expr.ts'
import type { Elements } from '../tree/relation.ts'
import type { PropertyOwner, SqlType } from '../tree/types.ts'
import { hogqlError } from './error.ts'
import type { Field, Fields } from './fields.ts'
import type { FunctionContext, Typed } from './rules.ts'
import type { PlainAst } from './syntax.ts'

/** The facts of a project and a request that texts are bound with. */
export interface BindContext extends Omit<FunctionContext, 'error'> {
  /** How a property's values are read, by its registered type. */
  readonly propertyType: (of: PropertyOwner, key: string) => SqlType
  /** Of a query that is made of several texts: which of them has the place, and where. */
  readonly placeOf?: (at: number) => { readonly attr: string; readonly at: number }
}

/** What a source of rows has: columns of a sub-query, or fields of a table of the catalog. */
export interface Relation {
  readonly fields: Fields
  /** The names of its columns: what `*` stands for. */
  readonly names: readonly string[]
  /** Of a table of the catalog, its name there. */
  readonly table?: string
  /** Of a common table: its columns, which have the alias of each mention. */
  readonly columns?: readonly (Omit<Typed, 'expr'> & { readonly name: string })[]
}

/**
 * The names that stand for something in one select: common tables, tables and sub-queries under their aliases, columns
 * under the aliases of the select, and arguments of lambdas. A sub-query sees the common tables and values of the queries
 * around it and nothing else of theirs.
 */
export class Scope {
  readonly context: BindContext
  readonly #parent: Scope | null
  /** The names of the scope around it are seen as its own: that of a lambda. */
  readonly #isOpen: boolean
  readonly #relations = new Map<string, Relation>()
  readonly #commonTables = new Map<string, Relation>()
  readonly #names = new Map<string, () => Typed | undefined>()
  readonly #values = new Map<string, PlainAst>()
  readonly #arrayJoins = new Map<string, Elements>()
  readonly #present = new Set<string>()
  #expansions = 0
  readonly #merged = new Map<string, Typed>()

  constructor(context: BindContext, parent: Scope | null = null, isOpen = false) {
    this.context = context
    this.#parent = parent
    this.#isOpen = isOpen
  }

  /** The scope of an expression over the rows of one relation. */
  static of(fields: Fields, context: BindContext): Scope {
    const scope = new Scope(context)
    scope.#relations.set('', { fields, names: [] })
    return scope
  }

  /** The scope of the body of a lambda. */
  inner(): Scope {
    return new Scope(this.context, this, true)
  }

  /** How many lambdas are around what is bound in it. */
  get lambdas(): number {
    return this.#isOpen && this.#parent ? this.#parent.lambdas + 1 : 0
  }

  error(detail: string, at: number, code?: string) {
    const place = this.context.placeOf?.(at) ?? { attr: this.context.attr, at }
    return hogqlError(detail, place.at, place.attr, code)
  }

  get relations(): ReadonlyMap<string, Relation> {
    return this.#relations
  }

  addRelation(alias: string, relation: Relation, at: number): void {
    if (this.#relations.has(alias)) throw this.error(`The alias ${alias} is there twice.`, at)
    this.#relations.set(alias, relation)
  }

  addCommonTable(name: string, relation: Relation, at: number): void {
    if (this.#commonTables.has(name)) throw this.error(`The common table ${name} is there twice.`, at)
    this.#commonTables.set(name, relation)
  }

  /** A name of its own: the alias of a column, an argument of a lambda. */
  addName(name: string, bind: () => Typed | undefined): void {
    this.#names.set(name, bind)
  }

  /** `with 5 as five`: the expression is bound where the name stands. */
  addValue(name: string, ast: PlainAst): void {
    this.#values.set(name, ast)
  }

  value(name: string): PlainAst | undefined {
    return this.#values.get(name) ?? this.#parent?.value(name)
  }

  /** Counts what stands in place of a name, over the whole query. */
  countExpansion(): number {
    return this.#parent ? this.#parent.countExpansion() : ++this.#expansions
  }

  /** A column that both sides of a join have and that they are equal in. */
  mergeColumns(name: string, typed: Typed): void {
    this.#merged.set(name, typed)
  }

  /** The elements that an array of the rows is joined with; those of the same expression are joined once. */
  arrayJoin(key: string, arrays: Elements['arrays']): Elements {
    if (this.#isOpen && this.#parent) return this.#parent.arrayJoin(key, arrays)
    const known = this.#arrayJoins.get(key)
    if (known) return known
    const made: Elements = { kind: 'elements', alias: `elements_${this.#arrayJoins.size + 1}`, arrays }
    this.#arrayJoins.set(key, made)
    return made
  }

  get arrayJoins(): readonly Elements[] {
    return [...this.#arrayJoins.values()]
  }

  /** All rows have the id: it is never ''. */
  addPresent(id: Expr): void {
    this.#present.add(JSON.stringify(id))
  }

  isPresent(id: Expr): boolean {
    if (this.#present.size > 0 && this.#present.has(JSON.stringify(id))) return true
    return this.#isOpen && (this.#parent?.isPresent(id) ?? false)
  }

  commonTable(name: string): Relation | undefined {
    return this.#commonTables.get(name) ?? this.#parent?.commonTable(name)
  }

  named(chain: readonly string[]): Typed | undefined {
    const [name, ...more] = chain
    if (name === undefined || more.length > 0) return undefined
    return this.#names.get(name)?.() ?? (this.#isOpen ? this.#parent?.named(chain) : undefined)
  }

  /** The alias of the first relation that is the table of the catalog. */
  aliasOf(table: string): string | undefined {
    const own = [...this.#relations].find(([, relation]) => relation.table === table)?.[0]
    return own ?? (this.#isOpen ? this.#parent?.aliasOf(table) : undefined)
  }

  /** Is there a relation of this alias that an expression here may read? */
  hasRelation(alias: string): boolean {
    return this.#relations.has(alias) || (this.#isOpen && (this.#parent?.hasRelation(alias) ?? false))
  }

  /** The field of a chain of names; undefined if no relation has it. Throws a 400 if several have it. */
  field(chain: readonly string[], at: number): Field | undefined {
    const [first = '', ...rest] = chain
    const merged = rest.length === 0 ? this.#merged.get(first) : undefined
    if (merged) return { kind: 'column', typed: merged }
    const own = rest.length > 0 ? this.#relations.get(first)?.fields(rest) : undefined
    if (own) return own
    const found = [...this.#relations.values()].flatMap(({ fields }) => fields(chain) ?? [])
    if (found.length > 1) throw this.error(`Ambiguous query. Found multiple sources for field: ${chain.join('.')}`, at)
    return found[0] ?? (this.#isOpen ? this.#parent?.field(chain, at) : undefined)
  }

  /** The field of one relation. */
  fieldOf(alias: string, chain: readonly string[]): Field | undefined {
    const relation = this.#relations.get(alias)
    assert(relation, `nothing has the alias ${alias}`)
    return relation.fields(chain)
  }

  /** Every name that a field may begin with, for suggestions. */
  get fieldNames(): readonly string[] {
    const own = [...this.#names.keys(), ...this.#relations.keys(), ...this.#values.keys()]
    const columns = [...this.#relations.values()].flatMap(({ names }) => names)
    return [...own, ...columns, ...(this.#isOpen ? (this.#parent?.fieldNames ?? []) : [])]
  }

  /** The common tables that a query here may name. */
  get commonTableNames(): readonly string[] {
    return [...this.#commonTables.keys(), ...(this.#parent?.commonTableNames ?? [])]
  }
}
