import type { Caller } from '../../access/caller.ts'
import { canEdit, requireViewer } from '../../access/levels.ts'
import { ApiError, notFound, permissionDenied, unavailable } from '../../core/errors.ts'
import { randomToken } from '../../core/ids.ts'
import type { Project } from '../../core/project.ts'
import { type RecordEntry, type Recorded, recordKey } from '../../records/record.ts'
import { shareRecord } from '../../records/shares.ts'
import { withholdRecords, writeRecords } from '../../records/write.ts'
import type { Services } from '../../services.ts'
import type { InsightRow } from '../../store/insights.ts'
import { ensureSharing, replaceToken, type SharingRow, setSharing } from '../../store/sharing.ts'
import { readInsight } from '../insights/read.ts'

/** Who asks about the link of which insight. */
export interface SharingRequest {
  readonly project: Project
  readonly caller: Caller
  /** Number or short id. */
  readonly ref: string
  /** Of the insight; a change goes without, so that the rules count as they are now. */
  readonly recorded: Recorded<InsightRow>
}

const TOKEN_BYTES = 22
const gone = () => notFound('Insight not found.')

/** The link of an insight; its token is made when it is first asked for. */
export async function readSharing(services: Services, request: SharingRequest): Promise<SharingRow> {
  const insight = await visible(services, request)
  const row = await ensureSharing(services.db, insight.project_id, insight.id, randomToken(TOKEN_BYTES))
  return row ?? missing()
}

/**
 * Turns the link on or off. A link that is off is refused from the next request on. Throws 503 when that cannot be made
 * sure of; then nothing was changed.
 */
export async function changeSharing(
  services: Services,
  request: SharingRequest,
  enabled: boolean | undefined,
): Promise<SharingRow> {
  const insight = await editable(services, request)
  if (enabled === undefined) return readSharing(services, request)
  return changeLink(services, insight, async (known) => {
    if (!enabled) await withholdRecords(services, [recordKey.share(known.access_token)])
    const row = await setSharing(services.db, known, request.caller.userId, enabled)
    if (row) await writeRecords(services, [linkRecord(insight, row)])
    return row
  })
}

/** A new token; the one before opens nothing any more. Throws as turning a link off does. */
export async function refreshSharing(services: Services, request: SharingRequest): Promise<SharingRow> {
  const insight = await editable(services, request)
  return changeLink(services, insight, async (known) => {
    await withholdRecords(services, [recordKey.share(known.access_token)])
    const row = await replaceToken(services.db, known, request.caller.userId, randomToken(TOKEN_BYTES))
    const buried = shareRecord(known.access_token, row?.version ?? 0, null)
    if (row) await writeRecords(services, [linkRecord(insight, row), buried])
    return row
  })
}

const ATTEMPTS = 10

/** `change` is undone by nobody: it is given the link as it is now, and again when the token was another one by then. */
async function changeLink(
  services: Services,
  { project_id, id }: InsightRow,
  change: (known: SharingRow) => Promise<SharingRow | undefined>,
): Promise<SharingRow> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const known = (await ensureSharing(services.db, project_id, id, randomToken(TOKEN_BYTES))) ?? missing()
    const changed = await change(known)
    if (changed) return changed
  }
  throw unavailable('The link is being changed by others.', 1)
}

const linkRecord = (insight: InsightRow, { access_token, enabled, version }: SharingRow): RecordEntry =>
  shareRecord(access_token, version, enabled ? insight : null)

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
