/** Names of events and properties that a client gave, and what an answer says of those that nobody ever sent. */
import { didYouMean } from '../core/nearest.ts'
import { cut } from '../core/text.ts'
import type { QueryNode } from '../nodes/index.ts'
import type { GivenName, Reference, UnseenName } from './context.ts'
import { namesInSql } from './sql-names.ts'

/** More names are not looked at, nor longer ones: definitions hold none of those (docs/ingestion-and-entities.md). */
const MOST_NAMES = 50
const MOST_BYTES = 200
/** What capture defines no properties for. */
const NOT_DEFINED = /^\$(set|set_once|unset|group.*)$/

/** The names of events and properties in a node: `events` and `references` are its own, its SQL names more. */
export function givenNames(
  node: QueryNode,
  events: readonly string[],
  references: readonly Reference[],
): readonly GivenName[] {
  const sql = namesInSql(node)
  const properties = references.flatMap(({ of, key }): GivenName[] =>
    of === 'cohort' || of === 'session' ? [] : [{ of, name: key }],
  )
  const names: readonly GivenName[] = [
    ...[...events, ...sql.events].map((name) => ({ of: 'name', name }) as const),
    ...[...properties, ...sql.properties.map(({ key }) => ({ of: 'property', name: key }) as const)].filter(
      ({ name }) => !NOT_DEFINED.test(name),
    ),
  ]
  const short = names.filter(({ name }) => new TextEncoder().encode(name).length <= MOST_BYTES)
  return [...new Map(short.map((given) => [`${given.of} ${given.name}`, given])).values()].slice(0, MOST_NAMES)
}

const MOST_WARNINGS = 10
const MOST_SHOWN = 64

/** One sentence for each name, at most ten. */
export const warningsOf = (unseen: readonly UnseenName[]): string[] =>
  unseen
    .slice(0, MOST_WARNINGS)
    .map(
      ({ of, name, known }) => `The ${sortOf(of)} "${cut(name, MOST_SHOWN)}" was never seen.${didYouMean(name, known)}`,
    )

function sortOf(of: GivenName['of']): string {
  if (of === 'name') return 'event'
  if (of === 'property') return of
  return `${of.startsWith('group') ? 'group' : of} property`
}
