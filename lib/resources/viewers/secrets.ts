/** The secrets of a project that a customer's own server signs tokens with (docs/viewers.md "Secrets"). */
import * as z from 'zod/mini'
import { requireScope } from '../../access/authorize.ts'
import { invalid, notFound } from '../../core/errors.ts'
import { randomText } from '../../core/ids.ts'
import { recordKey } from '../../records/record.ts'
import { viewerSecretsRecord } from '../../records/viewer-secrets.ts'
import { withholdRecords, writeRecords } from '../../records/write.ts'
import * as store from '../../store/viewer-secrets.ts'
import { type ChangedSecrets, MAX_SECRETS, type ViewerSecretRow } from '../../store/viewer-secrets.ts'
import type { KeyCtx } from '../ctx.ts'
import { text } from '../fields.ts'

const label = z.optional(text(200))
export const viewerSecretBody = z.object({ label })

/** A secret with its text, which no later answer shows. */
interface NewViewerSecret extends ViewerSecretRow {
  readonly secret: string
}

/** What tokens may open: a key makes no secret that may do more than itself. */
const OPENED = ['insight:read', 'dashboard:read', 'query:read', 'person:read']

const newText = () => `vsec_${randomText(43)}`

/** The secrets of the project, newest first, without their texts. */
export const listSecrets = ({ services, project }: KeyCtx): Promise<ViewerSecretRow[]> =>
  store.listViewerSecrets(services.db, project.id)

/** Throws 404. */
export const readSecret = async ({ services, project }: KeyCtx, id: string): Promise<ViewerSecretRow> =>
  (await store.findViewerSecret(services.db, project.id, id)) ?? missing()

/** Makes a secret. Throws 400 if the project has two, 403 if tokens may do what the key may not. */
export async function createSecret(
  ctx: KeyCtx,
  { label = '' }: z.infer<typeof viewerSecretBody>,
): Promise<NewViewerSecret> {
  const { services, project, actor } = ctx
  for (const scope of OPENED) requireScope(actor, scope)
  const made = { id: `vs_${project.id}_${randomText(12)}`, label, secret: newText() }
  const changed = await store.insertViewerSecret(services.db, { projectId: project.id, userId: actor.userId }, made)
  if (!changed.row)
    throw invalid(
      null,
      `A project has ${MAX_SECRETS} viewer secrets at most: revoke the one that is not used any more.`,
    )
  await writeChanged(ctx, changed)
  return { ...changed.row, secret: made.secret }
}

/** Changes the label. Throws 404. */
export async function labelSecret(
  ctx: KeyCtx,
  id: string,
  { label }: z.infer<typeof viewerSecretBody>,
): Promise<ViewerSecretRow> {
  if (label === undefined) return readSecret(ctx, id)
  return (await store.labelViewerSecret(ctx.services.db, ctx.project.id, id, label)) ?? missing()
}

/**
 * Gives a secret another text under the same id; tokens that were signed with the old one are refused. Throws 404, 403 as
 * `createSecret`, 503 if Redis is away; then nothing was changed.
 */
export async function rollSecret(ctx: KeyCtx, id: string): Promise<NewViewerSecret> {
  const { services, project, actor } = ctx
  for (const scope of OPENED) requireScope(actor, scope)
  await readSecret(ctx, id)
  const secret = newText()
  await withholdRecords(services, [recordKey.viewerSecrets(project.id)])
  const changed = await store.rollViewerSecret(services.db, project.id, { id, secret })
  if (!changed.row) return missing()
  await writeChanged(ctx, changed)
  return { ...changed.row, secret }
}

/** Deletes a secret; tokens that were signed with it are refused. Throws 404, 503 if Redis is away; then nothing was changed. */
export async function revokeSecret(ctx: KeyCtx, id: string): Promise<void> {
  const { services, project } = ctx
  await readSecret(ctx, id)
  await withholdRecords(services, [recordKey.viewerSecrets(project.id)])
  await writeChanged(ctx, await store.deleteViewerSecret(services.db, project.id, id))
}

const writeChanged = ({ services, project }: KeyCtx, { secrets, version }: ChangedSecrets): Promise<void> =>
  writeRecords(services, [viewerSecretsRecord(project.id, secrets, version)])

function missing(): never {
  throw notFound()
}
