import { CATALOG, catalogTable } from '../../catalog/catalog.ts'
import type { CatalogTable } from '../../catalog/table.ts'
import { assert } from '../../core/assert.ts'
import { invalid } from '../../core/errors.ts'
import type { LowerContext } from './lower-context.ts'
import type { Expr, Select } from './physical.ts'
import { STORED_NAMES } from './stored.ts'

/** A table of the catalog under the alias that a select gives it. */
export interface Mention {
  readonly table: CatalogTable
  readonly alias: string
  /** Its columns are null where an outer join has no row of it. */
  readonly isOptional: boolean
}
/** Rows that the rows of a mention lead to: a lazy join of the catalog, or the `backlog` of an event's person. */
export interface Lead extends Mention {
  readonly of: Mention
  readonly name: string
}

/** Their order in a query. */
const LEADS = ['backlog', 'person', 'session', 'group_0', 'group_1', 'group_2', 'group_3', 'group_4', 'pdi']
/** The aliases of what `events` leads to; that of another alias is `alias.name`. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['backlog', 'person_backlog'],
  ['person', 'persons'],
  ['pdi', 'distinct_ids'],
])

/** Logical name of a common table -> the name that it has in the statement. */
export type CommonNames = ReadonlyMap<string, string>

/** A common table that is called like a table of the database would hide it. */
export const storedName = (name: string): string => (STORED_NAMES.has(name) ? `${name} (common)` : name)

/** What the aliases of a select stand for. A subquery sees those of the queries around it. */
export class Scope {
  readonly context: LowerContext
  readonly #outer: Scope | null
  readonly common: CommonNames
  /** The condition of the select, as it is in the query. */
  readonly where: Expr | undefined
  readonly #mentions = new Map<string, Mention | null>()
  readonly #leads: Lead[] = []

  /** Throws a 400 for a table that is not in the catalog. */
  constructor(select: Select, common: CommonNames, outer: Scope | null, context: LowerContext) {
    this.context = context
    this.#outer = outer
    this.common = common
    this.where = select.where
    const joins = select.joins ?? []
    const sources = [{ source: select.from, left: false }, ...joins]
    for (const [index, { source, left = false }] of sources.entries()) {
      const { alias } = source
      const isOptional = left || joins.slice(index).some(({ right }) => right)
      assert(!this.#mentions.has(alias), `the alias ${alias} is there twice`)
      this.#mentions.set(
        alias,
        source.kind === 'table' ? { table: requireTable(source.name), alias, isOptional } : null,
      )
    }
  }

  /** The table of an alias; undefined if the alias is that of anything else. */
  mention(alias: string): Mention | undefined {
    const own = this.#mentions.get(alias)
    if (own !== undefined) return own ?? undefined
    return this.#leads.find((lead) => lead.alias === alias) ?? this.#outer?.mention(alias)
  }

  /** The name of a common table in the statement. Throws a 400 if there is no such table. */
  commonName(name: string): string {
    return this.common.get(name) ?? unknownTable(name)
  }

  /** Joins what the rows of a mention lead to, if it is not yet there, and gives its alias. */
  lead(of: Mention, name: string): string {
    const owner = this.#owner(of.alias)
    assert(owner, `nothing has the alias ${of.alias}`)
    const hidden = this.#aliasesUpTo(owner)
    const known = owner.#leads.find((lead) => lead.of === of && lead.name === name && !hidden.has(lead.alias))
    if (known) return known.alias
    const taken = new Set([...hidden, ...owner.#leads.map((lead) => lead.alias)])
    let alias = of.alias === 'events' ? (ALIASES.get(name) ?? name) : `${of.alias}.${name}`
    while (taken.has(alias)) alias += "'"
    owner.#leads.push({
      of,
      name,
      alias,
      isOptional: true,
      table: CATALOG[of.table.joins.get(name)?.table ?? 'persons'],
    })
    if (name === 'person' && this.context.hasPersonBacklog && of.table.name === 'events') this.lead(of, 'backlog')
    return alias
  }

  /** What has been joined to a mention of this select. */
  leadsOf(alias: string): readonly Lead[] {
    const own = this.#leads.filter((lead) => lead.of.alias === alias)
    return own.toSorted((a, b) => LEADS.indexOf(a.name) - LEADS.indexOf(b.name))
  }

  #owner(alias: string): Scope | undefined {
    if (this.#mentions.has(alias)) return this
    return this.#outer ? this.#outer.#owner(alias) : undefined
  }

  /** The aliases that would hide one of `owner` from here. */
  #aliasesUpTo(owner: Scope): ReadonlySet<string> {
    const own = [...this.#mentions.keys()]
    if (this === owner || !this.#outer) return new Set(own)
    return new Set([...own, ...this.#outer.#aliasesUpTo(owner)])
  }
}

const requireTable = (name: string): CatalogTable => catalogTable(name) ?? unknownTable(name)

function unknownTable(name: string): never {
  throw invalid(null, `Unknown table \`${name}\`.`)
}
