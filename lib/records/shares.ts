import type { Project } from '../core/project.ts'
import type { Services } from '../services.ts'
import type { InsightRow } from '../store/insights.ts'
import { parseRecord, RECORD_PREFIX, type RecordEntry, type Recorded, recordKey } from './record.ts'

/** The record of a link holds the name of its insight; null for a link that is off. `version` is that of the link's row. */
export const shareRecord = (token: string, version: number, insight: InsightRow | null): RecordEntry => ({
  key: recordKey.share(token),
  version,
  value: insight && sharedName(insight),
})

/** `projectId:insightId` */
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

/** What a sharing token leads to: the records of the token, of its project and of its insight. */
export interface SharedRecords {
  readonly name: Recorded<string>
  readonly project: Recorded<Project>
  readonly insight: Recorded<InsightRow>
}

/** In one call. Redis away: the same as knowing nothing. */
export async function readSharedRecords({ redis }: Services, token: string): Promise<SharedRecords> {
  const prefixes = [RECORD_PREFIX.project, RECORD_PREFIX.insight]
  const [name, project, insight] = await redis
    .evalRo<string[], (string | null)[]>(READ_SHARED, [recordKey.share(token)], prefixes)
    .catch(() => [])
  return { name: parseRecord(name), project: parseRecord(project), insight: parseRecord(insight) }
}
