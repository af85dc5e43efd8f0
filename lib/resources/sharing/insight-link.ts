/** The sharing link of an insight. */
import { canEdit } from '../../access/levels.ts'
import { ApiError, notFound } from '../../core/errors.ts'
import type { Recorded } from '../../records/record.ts'
import type { InsightRow } from '../../store/insights.ts'
import type { KeyCtx } from '../ctx.ts'
import { readVisibleInsight } from '../insights/authorize.ts'
import { NOT_NARROWED } from '../insights/narrowing.ts'
import { prepareInsight } from '../insights/read.ts'
import { changeLink, type LinkOwner, readLink, refreshLink } from './link.ts'
import type { SharingBody } from './settings.ts'

/** An insight whose link is read or changed. */
interface LinkInput {
  /** Number or short id. */
  readonly ref: string
  /** The record of the insight. A change is made without it, so that the rules count as they are now. */
  readonly recorded?: Recorded<InsightRow>
}

/** Throws 404 and 403, as all here. */
export const readSharing = async (ctx: KeyCtx, input: LinkInput) => readLink(ctx, await ownerOf(ctx, input))

/** Throws as `changeLink`. */
export const changeSharing = async (ctx: KeyCtx, { body, ...input }: LinkInput & { readonly body: SharingBody }) =>
  changeLink(ctx, await ownerOf(ctx, input), body)

export const refreshSharing = async (ctx: KeyCtx, input: LinkInput) => refreshLink(ctx, await ownerOf(ctx, input))

async function ownerOf(ctx: KeyCtx, { ref, recorded }: LinkInput): Promise<LinkOwner> {
  const row = await readVisibleInsight(ctx, ref, recorded).catch((error) => {
    throw error instanceof ApiError && error.status === 404 ? gone() : error
  })
  return {
    target: { of: 'insight', projectId: row.project_id, id: row.id },
    isEditable: canEdit(ctx.actor, ctx.project.organizationId, row),
    problem: await problemOf(ctx, row),
    missing: () => {
      throw gone()
    },
  }
}

const gone = () => notFound('Insight not found.')

async function problemOf(ctx: KeyCtx, row: InsightRow): Promise<string | null> {
  const query = await prepareInsight(ctx, row, NOT_NARROWED)
  if (!query) return 'The insight has no query.'
  return query instanceof ApiError ? query.detail : null
}
