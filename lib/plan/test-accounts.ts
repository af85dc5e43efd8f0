import { type NodeGroup, parseFilter } from '../nodes/filter.ts'
import { Properties } from '../nodes/property-filter.ts'
import { parseNodePart } from '../nodes/schema.ts'
import type { PlanProject } from './context.ts'

const parsed = new WeakMap<object, NodeGroup>()

/** The project's test-account filters as a group; empty unless the node has `filterTestAccounts`. */
export function testAccountFilter(
  { filterTestAccounts }: { readonly filterTestAccounts: boolean },
  { testAccountFilters }: PlanProject,
): NodeGroup {
  if (!filterTestAccounts) return { type: 'AND', values: [] }
  const known = parsed.get(testAccountFilters)
  if (known) return known
  const path = ['test_account_filters']
  const group = parseFilter(parseNodePart(Properties, testAccountFilters, path), path)
  parsed.set(testAccountFilters, group)
  return group
}
