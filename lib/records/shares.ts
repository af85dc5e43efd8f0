import type { Project } from '../core/project.ts'
import type { Services } from '../services.ts'
import type { InsightRow } from '../store/insights.ts'
import { ownRecord, readTexts, type Texts } from './read.ts'
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
  /** All that was read. */
  readonly texts: Texts
}

/** What a link named when it was read last, and what else is read with its records. */
export interface KnownLink {
  readonly projectId: number
  readonly insightId: number
  readonly besides: readonly string[]
}

/**
 * Reads the records behind a sharing token in one call; all are undefined if Redis is away. A link that is known is read
 * by the keys of what it named, and again if it names something else by now.
 */
export async function readSharedRecords(
  services: Services,
  token: string,
  known: KnownLink | undefined,
): Promise<SharedRecords> {
  if (!known) return readByName(services, token)
  const keys = [
    recordKey.share(token),
    recordKey.project(known.projectId),
    recordKey.insight(known.projectId, known.insightId),
  ]
  const texts = await readTexts(services, [...keys, ...known.besides])
  const [name, project, insight] = keys.map((key) => texts.get(key))
  const read = { ...asShared(name, project, insight), texts }
  const named = sharedName({ project_id: known.projectId, id: known.insightId })
  return read.name && read.name !== 'gone' && read.name.value !== named ? readByName(services, token) : read
}

/** A replica runs the script, too: it writes nothing. */
async function readByName({ redis, now }: Services, token: string): Promise<SharedRecords> {
  const prefixes = [redis.prefix + RECORD_PREFIX.project, redis.prefix + RECORD_PREFIX.insight]
  const [name, project, insight] = await redis
    .evalRo<string[], (string | null)[]>(READ_SHARED, [recordKey.share(token)], prefixes)
    .catch(() => [])
  const newest = ownRecord(now().getTime(), recordKey.share(token), name ?? null)
  return { ...asShared(newest, project, insight), texts: new Map() }
}

type Text = string | null | undefined

const asShared = (name: Text, project: Text, insight: Text) => ({
  name: parseRecord<string>(name),
  project: parseRecord<Project>(project),
  insight: parseRecord<InsightRow>(insight),
})
