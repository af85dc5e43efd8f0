import type { Caller } from '../../access/caller.ts'
import { canEdit, requireViewer } from '../../access/levels.ts'
import { type Recorded, recordKey, writeRecords } from '../../cache/records.ts'
import { ApiError, notFound, permissionDenied } from '../../core/errors.ts'
import { randomToken } from '../../core/ids.ts'
import type { Project } from '../../core/project.ts'
import type { Services } from '../../services.ts'
import type { InsightRow } from '../../store/insights.ts'
import { ensureSharing, replaceToken, type SharingRow, setSharing } from '../../store/sharing.ts'
import { readInsight } from '../insights/read.ts'
import { sharedName } from './shared.ts'

/** Who asks about the link of which insight. */
export interface SharingRequest {
  readonly project: Project
  readonly caller: Caller
  /** Number or short id. */
  readonly ref: string
  /** Of the insight; a change goes without, so that the rules count as they are now. */
  readonly recorded: Recorded<unknown>
}

const TOKEN_BYTES = 22
const gone = () => notFound('Insight not found.')

/** The link of an insight; its token is made when it is first asked for. */
export async function readSharing(services: Services, request: SharingRequest): Promise<SharingRow> {
  const insight = await visible(services, request)
  const row = await ensureSharing(services.db, insight.project_id, insight.id, randomToken(TOKEN_BYTES))
  return row ?? missing()
}

/** Turns the link on or off. A link that is off is refused from the next request on. */
export async function changeSharing(
  services: Services,
  request: SharingRequest,
  enabled: boolean | undefined,
): Promise<SharingRow> {
  const insight = await editable(services, request)
  if (enabled === undefined) return readSharing(services, request)
  const target = { projectId: insight.project_id, insightId: insight.id, userId: request.caller.userId }
  const row = (await setSharing(services.db, target, enabled, randomToken(TOKEN_BYTES))) ?? missing()
  await writeShare(services, insight, row)
  return row
}

/** A new token; the one before opens nothing any more. */
export async function refreshSharing(services: Services, request: SharingRequest): Promise<SharingRow> {
  const insight = await editable(services, request)
  const target = { projectId: insight.project_id, insightId: insight.id, userId: request.caller.userId }
  const { row, previous } = (await replaceToken(services.db, target, randomToken(TOKEN_BYTES))) ?? missing()
  await writeShare(services, insight, row, previous)
  return row
}

const writeShare = (services: Services, insight: InsightRow, row: SharingRow, previous?: string) =>
  writeRecords(services, [
    [recordKey.share(row.access_token), row.enabled ? sharedName(insight) : null],
    ...(previous && previous !== row.access_token ? [[recordKey.share(previous), null] as const] : []),
  ])

async function visible(services: Services, { project, caller, ref, recorded }: SharingRequest): Promise<InsightRow> {
  const row = await readInsight(services, project, ref, recorded).catch((error) => {
    throw error instanceof ApiError && error.status === 404 ? gone() : error
  })
  requireViewer(caller, project.organizationId, row)
  return row
}

async function editable(services: Services, request: SharingRequest): Promise<InsightRow> {
  const row = await visible(services, request)
  if (!canEdit(request.caller, request.project.organizationId, row))
    throw permissionDenied("You don't have edit permissions for this insight.")
  return row
}

function missing(): never {
  throw gone()
}
