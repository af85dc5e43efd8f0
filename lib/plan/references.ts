import type { ComputableTrends, NodeGroup } from '../nodes/computable-trends.ts'
import type { PropertyRef } from './context.ts'

/** The property keys that a node and the test-account filters it uses name; the context loads what is known of them. */
export function references(node: ComputableTrends, testAccounts: NodeGroup): PropertyRef[] {
  const refs: PropertyRef[] = [
    ...[node.filter, testAccounts, ...node.series.map((s) => s.filter)].flatMap(groupReferences),
    ...(node.breakdown ? [{ of: node.breakdown.of, key: node.breakdown.property }] : []),
  ]
  return [...new Map(refs.map((ref) => [`${ref.of}:${ref.key}`, ref])).values()]
}

function groupReferences(group: NodeGroup): PropertyRef[] {
  return group.values.flatMap((item) => ('operator' in item ? [{ of: item.of, key: item.key }] : groupReferences(item)))
}
