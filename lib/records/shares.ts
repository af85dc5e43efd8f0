import type { Project } from '../core/project.ts'
import type { Services } from '../services.ts'
import type { InsightRow } from '../store/insights.ts'
import { type LinkSettings, type LinkTarget, type SharingRow, settingsOf, targetOf } from '../store/sharing.ts'
import { ownRecord, readTexts, type Texts } from './read.ts'
import { parseRecord, RECORD_PREFIX, type RecordEntry, type Recorded, recordKey } from './record.ts'

/** What the record of a sharing link says: what it opens, as `projectId:id`, and how it shows it. */
export interface ShareRecord extends LinkSettings {
  readonly insight?: string
  readonly dashboard?: string
}

/** The record of a sharing link; a link that is off is gone. The first key of its JSON is what the link opens. */
export const shareRecord = (row: SharingRow): RecordEntry => {
  const { of, ...target } = targetOf(row)
  const value = { [of]: nameOf(target), ...settingsOf(row) }
  return { key: recordKey.share(row.access_token), version: row.version, value: row.enabled ? value : null }
}

/** The record of a token that a link has no more. */
export const buriedShare = (token: string, version: number): RecordEntry => ({
  key: recordKey.share(token),
  version,
  value: null,
})

const nameOf = ({ projectId, id }: Omit<LinkTarget, 'of'>) => `${projectId}:${id}`

const READ_SHARED = `
local share = redis.call('GET', KEYS[1])
local kind, project, id = string.match(share or '', '^%d+ {"(%a+)":"(%d+):(%d+)"')
if not project then return { share, false, false } end
return {
  share,
  redis.call('GET', ARGV[1] .. project),
  kind == 'insight' and redis.call('GET', ARGV[2] .. project .. ':' .. id) or false,
}`

/** The records behind a sharing token: of the link itself, of its project and of its insight. */
export interface SharedRecords {
  readonly link: Recorded<ShareRecord>
  readonly project: Recorded<Project>
  readonly insight: Recorded<InsightRow>
  /** All that was read. */
  readonly texts: Texts
}

/** The insight that a link opened when it was read last, and what else is read with its records. */
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
  const [link, project, insight] = keys.map((key) => texts.get(key))
  const read = { ...asShared(link, project, insight), texts }
  const named = nameOf({ projectId: known.projectId, id: known.insightId })
  return read.link && read.link !== 'gone' && read.link.value.insight !== named ? readByName(services, token) : read
}

/** A replica runs the script, too: it writes nothing. */
async function readByName({ redis, now }: Services, token: string): Promise<SharedRecords> {
  const prefixes = [redis.prefix + RECORD_PREFIX.project, redis.prefix + RECORD_PREFIX.insight]
  const [link, project, insight] = await redis
    .evalRo<string[], (string | null)[]>(READ_SHARED, [recordKey.share(token)], prefixes)
    .catch(() => [])
  const newest = ownRecord(now().getTime(), recordKey.share(token), link ?? null)
  return { ...asShared(newest, project, insight), texts: new Map() }
}

type Text = string | null | undefined

const asShared = (link: Text, project: Text, insight: Text) => ({
  link: parseRecord<ShareRecord>(link),
  project: parseRecord<Project>(project),
  insight: parseRecord<InsightRow>(insight),
})

/** The dashboard of the project that a link opens; undefined if it opens something else. */
export function dashboardNamed({ dashboard }: ShareRecord, { id }: Project): number | undefined {
  const [project, number] = dashboard?.split(':') ?? []
  return project === String(id) ? Number(number) : undefined
}

/** Whether records of different ages belong together: the insight is the one that the link names, of the project. */
export const belongTogether = (link: ShareRecord, project: Project, insight: InsightRow): boolean =>
  link.insight === nameOf({ projectId: insight.project_id, id: insight.id }) && insight.project_id === project.id
