import { GROUP_OWNERS, type PropertyOwner } from '../tree/query.ts'

/** What a name stands for: a property of somebody, or a column of the event. */
export type Field =
  | { readonly kind: 'property'; readonly of: PropertyOwner; readonly key: string }
  | { readonly kind: 'column'; readonly name: string; readonly type: 'text' | 'instant' | 'id' }

const COLUMNS: Readonly<Record<string, Field & { kind: 'column' }>> = {
  event: { kind: 'column', name: 'event', type: 'text' },
  timestamp: { kind: 'column', name: 'timestamp', type: 'instant' },
  distinct_id: { kind: 'column', name: 'distinct_id', type: 'text' },
  // numbers inside: they can be counted and compared with nothing
  person_id: { kind: 'column', name: 'person_id', type: 'id' },
  $session_id: { kind: 'column', name: '$session_id', type: 'id' },
  ...Object.fromEntries(
    GROUP_OWNERS.map((group): [string, Field & { kind: 'column' }] => [
      `$${group}`,
      { kind: 'column', name: `$${group}`, type: 'id' },
    ]),
  ),
}

/** The field of a chain of names; undefined for one that an event does not have. */
export function fieldOf(chain: readonly string[]): Field | undefined {
  const names = chain[0] === 'events' ? chain.slice(1) : chain
  const [first = '', second, third] = names
  if (names.length === 1) return Object.hasOwn(COLUMNS, first) ? COLUMNS[first] : undefined
  if (first === 'properties' && names.length === 2 && second) return { kind: 'property', of: 'event', key: second }
  if (first === 'person' && names.length === 2 && second === 'id') return COLUMNS.person_id
  if (names.length !== 3 || second !== 'properties' || !third) return undefined
  if (first === 'person') return { kind: 'property', of: 'person', key: third }
  const group = GROUP_OWNERS.find((owner) => owner === first)
  return group && { kind: 'property', of: group, key: third }
}
