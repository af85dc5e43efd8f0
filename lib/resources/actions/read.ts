import type { KeyActor } from '../../core/actor.ts'
import { notFound } from '../../core/errors.ts'
import { readId } from '../../core/ids.ts'
import * as store from '../../store/actions.ts'
import { type ActionRow, findAction } from '../../store/actions.ts'
import type { ProjectCtx } from '../ctx.ts'
import { type Page, pageOf } from '../page.ts'
import { presentAction } from './present.ts'

export interface ActionRef {
  readonly action: string
}

export async function listActions({ services, project }: ProjectCtx<KeyActor>, { page }: { readonly page: Page }) {
  return pageOf((await store.listActions(services.db, project.id)).map(presentAction), page)
}

/** An action as the API shows it. Throws 404 if it does not exist or is deleted. */
export const readAction = async (ctx: ProjectCtx<KeyActor>, ref: ActionRef) =>
  presentAction(await requireAction(ctx, ref))

/** The row of an action. Throws 404 if it does not exist, or is deleted and `withDeleted` is not set. */
export async function requireAction(
  { services, project }: ProjectCtx,
  { action }: ActionRef,
  { withDeleted = false }: { readonly withDeleted?: boolean } = {},
): Promise<ActionRow> {
  const id = readId(action)
  const row = id === undefined ? undefined : await findAction(services.db, project.id, id)
  if (!row || (row.deleted && !withDeleted)) throw notFound()
  return row
}
