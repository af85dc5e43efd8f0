import type { PropertyOwner, SqlType } from '../tree/types.ts'
import { hogqlError } from './error.ts'
import type { Field, Fields } from './fields.ts'
import type { FunctionContext, Typed } from './rules.ts'

/** The facts of a project and a request that texts are bound with. */
export interface BindContext extends Omit<FunctionContext, 'error'> {
  /** How a property's values are read, by its registered type. */
  readonly propertyType: (of: PropertyOwner, key: string) => SqlType
}

/** What a source of rows has: columns of a sub-query, or fields of a table of the catalog. */
export interface Relation {
  readonly fields: Fields
  /** Of a table of the catalog, its name there. */
  readonly table?: string
  /** Of a common table: its columns, which have the alias of each mention. */
  readonly columns?: readonly (Omit<Typed, 'expr'> & { readonly name: string })[]
}

/**
 * The names that stand for something in one select: common tables, tables and sub-queries under their aliases, columns
 * under the aliases of the select, and arguments of lambdas. A sub-query sees the common tables of the queries around it
 * and nothing else of theirs.
 */
export class Scope {
  readonly context: BindContext
  readonly #parent: Scope | null
  readonly #relations = new Map<string, Relation>()
  readonly #commonTables = new Map<string, Relation>()
  readonly #names = new Map<string, () => Typed | undefined>()

  constructor(context: BindContext, parent: Scope | null = null) {
    this.context = context
    this.#parent = parent
  }

  /** The scope of an expression over the rows of one relation. */
  static of(fields: Fields, context: BindContext): Scope {
    const scope = new Scope(context)
    scope.#relations.set('', { fields })
    return scope
  }

  error(detail: string, at: number, code?: string) {
    return hogqlError(detail, at, this.context.attr, code)
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

  commonTable(name: string): Relation | undefined {
    return this.#commonTables.get(name) ?? this.#parent?.commonTable(name)
  }

  named(chain: readonly string[]): Typed | undefined {
    const [name, ...more] = chain
    return name !== undefined && more.length === 0 ? this.#names.get(name)?.() : undefined
  }

  /** The alias of the first relation that is the table of the catalog. */
  aliasOf(table: string): string | undefined {
    return [...this.#relations].find(([, relation]) => relation.table === table)?.[0]
  }

  /** The field of a chain of names; undefined if no relation has it. Throws a 400 if several have it. */
  field(chain: readonly string[], at: number): Field | undefined {
    const [first = '', ...rest] = chain
    const own = rest.length > 0 ? this.#relations.get(first)?.fields(rest) : undefined
    if (own) return own
    const found = [...this.#relations.values()].flatMap(({ fields }) => fields(chain) ?? [])
    if (found.length > 1) throw this.error(`Ambiguous query. Found multiple sources for field: ${chain.join('.')}`, at)
    return found[0]
  }
}
