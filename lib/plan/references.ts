import type { ActionStep } from '../nodes/action.ts'
import { group, type NodeGroup } from '../nodes/computable-filter.ts'
import type { ComputableTrends } from '../nodes/computable-trends.ts'
import type { PropertyRef } from './context.ts'

/** The property keys that a node and the test-account filters it uses name; the context loads what is known of them. */
export function references(node: ComputableTrends, testAccounts: NodeGroup): PropertyRef[] {
  const refs: PropertyRef[] = [
    ...[node.filter, testAccounts, ...node.series.map((s) => s.filter)].flatMap(groupReferences),
    ...(node.breakdown?.parts ?? []).map(({ of, property }) => ({ of, key: property })),
  ]
  return [...new Map(refs.map((ref) => [`${ref.of}:${ref.key}`, ref])).values()]
}

/** The actions that a node counts. */
export const actionReferences = (node: ComputableTrends): number[] =>
  node.series.flatMap((s) => (s.actionId === null ? [] : [s.actionId]))

/** The property keys in an action's steps. */
export const stepReferences = (steps: readonly ActionStep[]): PropertyRef[] =>
  steps.flatMap((step) => groupReferences(group(step.properties ?? [], ['steps'])))

function groupReferences(group: NodeGroup): PropertyRef[] {
  return group.values.flatMap((item) => {
    if (!('operator' in item)) return groupReferences(item)
    return item.of === 'element' ? [] : [{ of: item.of, key: item.key }]
  })
}
