import type { Project } from '../core/project.ts'
import type { Services } from '../services.ts'
import type { InsightRow } from '../store/insights.ts'
import { parseRecord, RECORD_PREFIX, type RecordEntry, type Recorded, recordKey } from './record.ts'

/**
 * The record of a sharing link, which names its insight. `insight` null: the link is off. `version` is that of the
 * link.
 */
export const shareRecord = (token: string, version: number, insight: InsightRow | null): RecordEntry => ({
  key: recordKey.share(token),
  version,
  value: insight && sharedName(insight),
})

/** The name of an insight in the record of its link: `projectId:insightId`. */
export const sharedName = ({ project_id, id }: Pick<InsightRow, 'project_id' | 'id'>) => `${project_id}:${id}`

const READ_SHARED = `
local share = redis.call('GET', KEYS[1])
local project, insight = string.match(share or '', '^%d+ "(%d+):(%d+)"$')
if not project then return { share, false, false } end
return {
  share,
  redis.call('GET', ARGV[1] .. project),
  redis.call('GET', ARGV[2] .. project .. ':' .. insight),
}`

/** The records behind a sharing token: of the link itself, of its project and of its insight. */
export interface SharedRecords {
  readonly name: Recorded<string>
  readonly project: Recorded<Project>
  readonly insight: Recorded<InsightRow>
}

/** Reads the records behind a sharing token in one call; all are undefined if Redis is away. */
export async function readSharedRecords({ redis }: Services, token: string): Promise<SharedRecords> {
  const prefixes = [RECORD_PREFIX.project, RECORD_PREFIX.insight]
  const [name, project, insight] = await redis
    .evalRo<string[], (string | null)[]>(READ_SHARED, [recordKey.share(token)], prefixes)
    .catch(() => [])
  return { name: parseRecord(name), project: parseRecord(project), insight: parseRecord(insight) }
}
