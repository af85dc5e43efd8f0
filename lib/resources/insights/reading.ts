/** What one call of Redis reads for an insight that the isolate has read before: its record, its result and its run. */
import type { ViewerActor } from '../../core/actor.ts'
import { NOTHING_FORCED } from '../../core/forced-filters.ts'
import { entryKey } from '../../refresh/entry.ts'
import { knownKey, rememberKey } from '../../refresh/known-keys.ts'
import { statusKey } from '../../refresh/status.ts'
import type { InsightRow } from '../../store/insights.ts'
import type { NarrowingParameters } from './narrowing.ts'

/** The parameters that a reading depends on. */
interface ReadingParameters extends NarrowingParameters {
  readonly client_query_id?: string | undefined
}

/** What tells the results of one reader from those of others. */
type Reader = Pick<ViewerActor, 'forced' | 'timezone'>
const ANYBODY: Reader = { forced: NOTHING_FORCED, timezone: null }

const nameOf = (projectId: number, ref: string | number, parameters: ReadingParameters, reader: Reader) => {
  const { from_dashboard, filters_override, variables_override } = parameters
  const name = [projectId, String(ref), from_dashboard, filters_override, variables_override]
  const { forced, timezone } = reader
  return JSON.stringify(forced.length > 0 || timezone !== null ? [...name, forced, timezone] : name)
}

/** The keys of the result and of its run, if the isolate knows them. `ref`: number or short id. */
export function resultKeys(
  projectId: number,
  ref: string,
  parameters: ReadingParameters,
  reader: Reader = ANYBODY,
): readonly string[] {
  const key = knownKey(nameOf(projectId, ref, parameters, reader))
  if (key === undefined) return []
  return [entryKey(projectId, key), statusKey(projectId, parameters.client_query_id ?? key)]
}

/** Remembers the key that the result of an insight has with these parameters. */
export function rememberResult(
  { id, short_id, project_id }: InsightRow,
  parameters: ReadingParameters,
  reader: Reader,
  key: string,
): void {
  for (const ref of [id, short_id]) rememberKey(nameOf(project_id, ref, parameters, reader), key)
}
