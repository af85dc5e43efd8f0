import type { NodeGroup } from '../filter.ts'
import type { ActorChoice, ActorKind } from './choice.ts'
import type { ActorsNode } from './node.ts'

const ANY: ActorChoice = { ids: null, number: null, distinctId: null, part: null, start: null }

export interface ActorsList {
  readonly of: ActorKind
  readonly filter: NodeGroup
  readonly choice: Partial<ActorChoice>
  readonly newestFirst: boolean
  readonly limit: number
  readonly offset: number
}

/**
 * A list of the persons with a profile, or of the groups of one type that were described, ordered by when they came. Each
 * row is the cell of the actor and its number.
 */
export function actorsOfList({ of, filter, choice, newestFirst, limit, offset }: ActorsList): ActorsNode {
  const direction = newestFirst ? 'DESC' : 'ASC'
  return {
    kind: 'ActorsQuery',
    of,
    source: null,
    select: [of === 'person' ? 'person' : 'group', 'number'].map((text) => ({ text, attr: 'select' })),
    filter,
    search: null,
    choice: { ...ANY, ...choice },
    orderBy: ['created_at', 'number'].map((name) => ({ text: `${name} ${direction}`, attr: 'order' })),
    limit,
    offset,
  }
}
