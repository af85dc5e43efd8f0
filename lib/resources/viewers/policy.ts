import type { ViewerActor } from '../../core/actor.ts'
import { canonicalJson } from '../../core/json.ts'

const names = new WeakMap<ViewerActor, string>()

/** What tells the results of a viewer from those of others: equal for viewers who share them. */
export function policyName(viewer: ViewerActor): string {
  const known = names.get(viewer)
  if (known !== undefined) return known
  const name = canonicalJson([viewer.forced, viewer.timezone])
  names.set(viewer, name)
  return name
}
