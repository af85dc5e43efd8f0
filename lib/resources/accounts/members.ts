/** Members of an organization. */
import * as z from 'zod/mini'
import { requireOrganization, requireUnscopedProjects } from '../../access/authorize.ts'
import { membershipIn } from '../../access/levels.ts'
import { LEVELS, requireLevelChange, requireToManage } from '../../access/members.ts'
import type { KeyActor } from '../../core/actor.ts'
import { invalid, notFound } from '../../core/errors.ts'
import { isUuid } from '../../core/ids.ts'
import * as store from '../../store/members.ts'
import { deleteMember, findMember, type MemberRow, updateLevel } from '../../store/members.ts'
import { changeRights } from '../authenticate.ts'
import type { Ctx } from '../ctx.ts'
import { choice } from '../fields.ts'
import type { Listed, Page } from '../page.ts'
import type { OrganizationRef } from './organizations.ts'
import { presentMember } from './present.ts'

export const memberBody = z.object({ level: z.optional(choice(Object.values(LEVELS))) })

/** A member by the uuid of the user, or `@me`. */
export interface MemberRef extends OrganizationRef {
  readonly user: string
}

/** The id of an organization whose members the key may see. Throws 403 for a key that is for some projects only, 404. */
export function requireMembersOf({ actor }: Ctx<KeyActor>, { organization }: OrganizationRef): string {
  requireUnscopedProjects(actor)
  return requireOrganization(actor, organization)
}

/** Throws 403 and 404, as all use cases of members. */
export async function listMembers(
  ctx: Ctx<KeyActor>,
  { page, ...ref }: OrganizationRef & { readonly page: Page },
): Promise<Listed<ReturnType<typeof presentMember>>> {
  const { rows, count } = await store.listMembers(ctx.services.db, requireMembersOf(ctx, ref), page)
  return { items: rows.map(presentMember), count }
}

export const readMember = async (ctx: Ctx<KeyActor>, ref: MemberRef) => presentMember(await requireMember(ctx, ref))

/** Gives a member another level. Throws 403 unless the actor may, 400 for the last owner. */
export async function changeMember(ctx: Ctx<KeyActor>, { level, ...ref }: MemberRef & z.infer<typeof memberBody>) {
  const { services, actor } = ctx
  const row = await requireMember(ctx, ref)
  if (level === undefined) return presentMember(row)
  const { member } = row
  requireLevelChange(membershipIn(actor, member.organization_id), member, level)
  const changed = await changeRights(services, [member.user_id], () => updateLevel(services.db, member, level))
  if (!changed) throw invalid('level', 'An organization must have at least one owner.')
  return readMember(ctx, ref)
}

/** Removes a member, or lets the user leave: the keys of that user lose the organization at once. Throws as changing. */
export async function removeMember(ctx: Ctx<KeyActor>, ref: MemberRef): Promise<void> {
  const { services, actor } = ctx
  const { member } = await requireMember(ctx, ref)
  const own = membershipIn(actor, member.organization_id)
  if (own?.id !== member.id) requireToManage(own, member)
  const removed = await changeRights(services, [member.user_id], () => deleteMember(services.db, member))
  if (!removed) throw invalid(null, 'Cannot leave the organization as its last owner.')
}

async function requireMember(ctx: Ctx<KeyActor>, ref: MemberRef): Promise<MemberRow> {
  const organizationId = requireMembersOf(ctx, ref)
  const uuid = ref.user === '@me' ? ctx.actor.user.uuid : ref.user
  const row = isUuid(uuid) ? await findMember(ctx.services.db, organizationId, uuid) : undefined
  if (!row) throw notFound()
  return row
}
