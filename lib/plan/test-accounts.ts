import type { Project } from '../core/project.ts'
import { type NodeGroup, parseFilter } from '../nodes/filter.ts'
import { Properties } from '../nodes/property-filter.ts'
import { parseNodePart } from '../nodes/schema.ts'

/** The project's test-account filters as a group; empty unless the node asks for them. */
export function testAccountFilter(
  { filterTestAccounts }: { readonly filterTestAccounts: boolean },
  project: Project,
): NodeGroup {
  const path = ['test_account_filters']
  return filterTestAccounts
    ? parseFilter(parseNodePart(Properties, project.testAccountFilters, path), path)
    : ({ type: 'AND', values: [] } as const)
}
