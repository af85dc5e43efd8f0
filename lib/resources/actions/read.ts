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

/** Throws 404 for an action that is not there, or is deleted. */
export const readAction = async (ctx: ProjectCtx<KeyActor>, ref: ActionRef) =>
  presentAction(await requireAction(ctx, ref))

/** Throws 404 for an action that is not there, or is deleted unless `withDeleted`. */
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
