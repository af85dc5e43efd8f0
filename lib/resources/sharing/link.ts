/** A sharing link: read, turned on and off, set, replaced. */
import { permissionDenied, unavailable } from '../../core/errors.ts'
import { randomToken } from '../../core/ids.ts'
import { checkForced } from '../../plan/row-policy.ts'
import { recordKey } from '../../records/record.ts'
import { buriedShare, shareRecord } from '../../records/shares.ts'
import { withholdRecords, writeRecords } from '../../records/write.ts'
import type { Services } from '../../services.ts'
import {
  changeSharingRow,
  ensureSharing,
  type LinkTarget,
  replaceToken,
  type SharingRow,
  settingsOf,
} from '../../store/sharing.ts'
import type { KeyCtx } from '../ctx.ts'
import { changesOf, type SharingBody } from './settings.ts'

/** What a link opens, for a key that may see it. */
export interface LinkOwner {
  readonly target: LinkTarget
  readonly isEditable: boolean
  /** Why there is nothing to show; null if there is. */
  readonly problem: string | null
  /** Throws the 404 of what is not there any more. */
  readonly missing: () => never
}

const TOKEN_BYTES = 22

/** The link; its token is made when it is read first. Throws 404. */
export async function readLink({ services }: KeyCtx, owner: LinkOwner): Promise<LinkObject> {
  return presentLink(await findLink(services, owner), owner)
}

const findLink = async (services: Services, { target, missing }: LinkOwner): Promise<SharingRow> =>
  (await ensureSharing(services.db, target, randomToken(TOKEN_BYTES))) ?? missing()

/**
 * Turns the link on or off and sets it. What a link does not open any more is refused from the next request on. Throws 403,
 * 400 for filters that cannot be applied, and 503 if its record cannot be withheld; then nothing was changed.
 */
export async function changeLink(ctx: KeyCtx, owner: LinkOwner, body: SharingBody): Promise<LinkObject> {
  const { services, actor, project } = ctx
  requireEditable(owner)
  if (body.filters) checkForced(body.filters, project, services.now())
  return untilChanged(services, owner, async (known) => {
    const { changes, logged } = changesOf(known, body)
    if (logged.length === 0) return known
    if (known.enabled) await withholdRecords(services, [recordKey.share(known.access_token)])
    const activity =
      changes.enabled === undefined
        ? 'sharing settings changed'
        : changes.enabled
          ? 'sharing enabled'
          : 'sharing disabled'
    const row = await changeSharingRow(services.db, known, actor.userId, changes, { activity, logged })
    if (row) await writeRecords(services, [shareRecord(row)])
    return row
  })
}

/** Replaces the token of the link; the old one stops working. Throws as `changeLink`. */
export async function refreshLink(ctx: KeyCtx, owner: LinkOwner): Promise<LinkObject> {
  const { services, actor } = ctx
  requireEditable(owner)
  return untilChanged(services, owner, async (known) => {
    await withholdRecords(services, [recordKey.share(known.access_token)])
    const row = await replaceToken(services.db, known, actor.userId, randomToken(TOKEN_BYTES))
    if (row) await writeRecords(services, [shareRecord(row), buriedShare(known.access_token, row.version)])
    return row
  })
}

function requireEditable({ isEditable, target }: LinkOwner): void {
  if (!isEditable) throw permissionDenied(`You don't have edit permissions for this ${target.of}.`)
}

const ATTEMPTS = 10

/** Calls `change` with the current link, and again if another request changed it meanwhile. Throws 503 after ten attempts. */
async function untilChanged(
  services: Services,
  owner: LinkOwner,
  change: (known: SharingRow) => Promise<SharingRow | undefined>,
): Promise<LinkObject> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const changed = await change(await findLink(services, owner))
    if (changed) return presentLink(changed, owner)
  }
  throw unavailable('The link is being changed by others.', 1)
}

/** The link as the API shows it. */
const presentLink = (row: SharingRow, { problem }: LinkOwner) => ({
  created_at: row.created_at,
  enabled: row.enabled,
  access_token: row.access_token,
  ...settingsOf(row),
  problem,
})
type LinkObject = ReturnType<typeof presentLink>
