/** The sharing link of an insight: read, turned on and off, replaced. */
import * as z from 'zod/mini'
import { canEdit } from '../../access/levels.ts'
import { ApiError, notFound, permissionDenied, unavailable } from '../../core/errors.ts'
import { randomToken } from '../../core/ids.ts'
import { type RecordEntry, type Recorded, recordKey } from '../../records/record.ts'
import { shareRecord } from '../../records/shares.ts'
import { withholdRecords, writeRecords } from '../../records/write.ts'
import type { Services } from '../../services.ts'
import type { InsightRow } from '../../store/insights.ts'
import { ensureSharing, replaceToken, type SharingRow, setSharing } from '../../store/sharing.ts'
import type { KeyCtx } from '../ctx.ts'
import { bool } from '../fields.ts'
import { readVisibleInsight } from '../insights/authorize.ts'

/** An insight whose link is read or changed. */
export interface LinkInput {
  /** Number or short id. */
  readonly ref: string
  /** The record of the insight. A change is made without it, so that the rules count as they are now. */
  readonly recorded?: Recorded<InsightRow>
}

export const sharingBody = z.object({ enabled: z.optional(bool) })

const TOKEN_BYTES = 22
const gone = () => notFound('Insight not found.')

/** The link of an insight; its token is made when the link is read first. Throws 404 and 403. */
export async function readSharing(ctx: KeyCtx, input: LinkInput): Promise<LinkObject> {
  const insight = await readVisible(ctx, input)
  const row = await ensureSharing(ctx.services.db, insight.project_id, insight.id, randomToken(TOKEN_BYTES))
  return presentLink(row ?? missing())
}

/**
 * Turns the link on or off. A link that is off is refused from the next request on. Throws 503 if its record cannot be
 * withheld; then nothing was changed.
 */
export async function changeSharing(
  ctx: KeyCtx,
  { ref, body }: LinkInput & { readonly body: z.infer<typeof sharingBody> },
): Promise<LinkObject> {
  const { services, actor } = ctx
  const { enabled } = body
  const insight = await readEditable(ctx, ref)
  if (enabled === undefined) return readSharing(ctx, { ref })
  return changeLink(services, insight, async (known) => {
    if (!enabled) await withholdRecords(services, [recordKey.share(known.access_token)])
    const row = await setSharing(services.db, known, actor.userId, enabled)
    if (row) await writeRecords(services, [linkRecord(insight, row)])
    return row
  })
}

/** Replaces the token of the link; the old one stops working. Throws as `changeSharing`. */
export async function refreshSharing(ctx: KeyCtx, input: LinkInput): Promise<LinkObject> {
  const { services, actor } = ctx
  const insight = await readEditable(ctx, input.ref)
  return changeLink(services, insight, async (known) => {
    await withholdRecords(services, [recordKey.share(known.access_token)])
    const row = await replaceToken(services.db, known, actor.userId, randomToken(TOKEN_BYTES))
    const buried = shareRecord(known.access_token, row?.version ?? 0, null)
    if (row) await writeRecords(services, [linkRecord(insight, row), buried])
    return row
  })
}

const ATTEMPTS = 10

/**
 * Calls `change` with the current link, and again if another request replaced the token meanwhile. Throws 503 after ten
 * attempts.
 */
async function changeLink(
  services: Services,
  { project_id, id }: InsightRow,
  change: (known: SharingRow) => Promise<SharingRow | undefined>,
): Promise<LinkObject> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const known = (await ensureSharing(services.db, project_id, id, randomToken(TOKEN_BYTES))) ?? missing()
    const changed = await change(known)
    if (changed) return presentLink(changed)
  }
  throw unavailable('The link is being changed by others.', 1)
}

const linkRecord = (insight: InsightRow, { access_token, enabled, version }: SharingRow): RecordEntry =>
  shareRecord(access_token, version, enabled ? insight : null)

/** The link as the API shows it. */
const presentLink = ({ created_at, enabled, access_token }: SharingRow) => ({ created_at, enabled, access_token })
type LinkObject = ReturnType<typeof presentLink>

const readVisible = (ctx: KeyCtx, { ref, recorded }: LinkInput): Promise<InsightRow> =>
  readVisibleInsight(ctx, ref, recorded).catch((error) => {
    throw error instanceof ApiError && error.status === 404 ? gone() : error
  })

async function readEditable(ctx: KeyCtx, ref: string): Promise<InsightRow> {
  const row = await readVisible(ctx, { ref })
  if (!canEdit(ctx.actor, ctx.project.organizationId, row))
    throw permissionDenied("You don't have edit permissions for this insight.")
  return row
}

function missing(): never {
  throw gone()
}
