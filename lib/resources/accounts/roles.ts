/** Roles of an organization, and the members who have them. */
import * as z from 'zod/mini'
import { requireAdmin } from '../../access/members.ts'
import type { KeyActor } from '../../core/actor.ts'
import { invalid, notFound } from '../../core/errors.ts'
import { isUuid } from '../../core/ids.ts'
import type { Services } from '../../services.ts'
import { findMember } from '../../store/members.ts'
import {
  countRoles,
  deleteRole,
  deleteRoleMember,
  findRoles,
  insertRole,
  insertRoleMember,
  isRoleNameTaken,
  MAX_ROLES,
  type RoleMemberRow,
  type RoleRow,
  updateRole,
} from '../../store/roles.ts'
import { changeRights } from '../authenticate.ts'
import type { Ctx } from '../ctx.ts'
import { text } from '../fields.ts'
import { type Page, pageOf } from '../page.ts'
import { requireMembersOf } from './members.ts'
import type { OrganizationRef } from './organizations.ts'
import { presentRole, presentRoleMember } from './present.ts'

const name = text(200, { blank: false })
export const newRoleBody = z.object({ name })
export const roleBody = z.object({ name: z.optional(name) })
export const roleMemberBody = z.object({ user_uuid: text(200) })

export interface RoleRef extends OrganizationRef {
  readonly role: string
}

export interface RoleMemberRef extends RoleRef {
  readonly roleMember: string
}

/** Throws 403 and 404 for the organization and the role, as all use cases of roles. */
export async function listRoles(ctx: Ctx<KeyActor>, { page, ...ref }: OrganizationRef & { readonly page: Page }) {
  const rows = await findRoles(ctx.services.db, requireMembersOf(ctx, ref))
  return pageOf(rows.map(presentRole), page)
}

export const readRole = async (ctx: Ctx<KeyActor>, ref: RoleRef) =>
  presentRole(await requireRole(ctx.services, requireMembersOf(ctx, ref), ref.role))

/** Creates a role. Throws 403 unless the actor is an admin, 400 if the name is taken or there are too many roles. */
export async function createRole(ctx: Ctx<KeyActor>, { name, ...ref }: OrganizationRef & z.infer<typeof newRoleBody>) {
  const { services, actor } = ctx
  const organizationId = requireAdminOf(ctx, ref)
  if ((await countRoles(services.db, organizationId)) >= MAX_ROLES)
    throw invalid(null, `An organization may have ${MAX_ROLES} roles.`)
  if (await isRoleNameTaken(services.db, organizationId, name)) throw nameTaken()
  const id = await insertRole(services.db, { organization_id: organizationId, name, created_by: actor.userId })
  if (!id) throw nameTaken()
  return presentRole(await requireRole(services, organizationId, id))
}

/** Renames a role. Throws 403 unless the actor is an admin, 400 if the name is taken. */
export async function renameRole(ctx: Ctx<KeyActor>, { name, ...ref }: RoleRef & z.infer<typeof roleBody>) {
  const { services } = ctx
  const row = await requireRoleToChange(ctx, ref)
  if (name === undefined) return presentRole(row)
  const { organization_id: organizationId, id } = row.role
  if (await isRoleNameTaken(services.db, organizationId, name, id)) throw nameTaken()
  await updateRole(services.db, id, name)
  return presentRole(await requireRole(services, organizationId, id))
}

/** Deletes a role; its members lose its rights at once. Throws 403 unless the actor is an admin. */
export async function removeRole(ctx: Ctx<KeyActor>, ref: RoleRef): Promise<void> {
  const { services } = ctx
  const { role, members } = await requireRoleToChange(ctx, ref)
  const userIds = members.map(({ member }) => member.user_id)
  await changeRights(services, userIds, () => deleteRole(services.db, role.id))
}

export async function listRoleMembers(ctx: Ctx<KeyActor>, { page, ...ref }: RoleRef & { readonly page: Page }) {
  const { members } = await requireRole(ctx.services, requireMembersOf(ctx, ref), ref.role)
  return pageOf(members.map(presentRoleMember), page)
}

export async function readRoleMember(ctx: Ctx<KeyActor>, ref: RoleMemberRef) {
  const row = await requireRole(ctx.services, requireMembersOf(ctx, ref), ref.role)
  return presentRoleMember(requireRoleMember(row, ref.roleMember))
}

/**
 * Gives a member of the organization the role. Throws 403 unless an admin, 400 if no member has the uuid or the member
 * has the role.
 */
export async function addRoleMember(ctx: Ctx<KeyActor>, input: RoleRef & z.infer<typeof roleMemberBody>) {
  const { services } = ctx
  const { role } = await requireRoleToChange(ctx, input)
  const { user_uuid: uuid } = input
  const found = isUuid(uuid) ? await findMember(services.db, role.organization_id, uuid) : undefined
  if (!found) throw invalid('user_uuid', 'User does not exist.', 'does_not_exist')
  const { member } = found
  const id = await changeRights(services, [member.user_id], () => insertRoleMember(services.db, role.id, member.id))
  if (!id) throw invalid('user_uuid', 'User is already part of the role.', 'unique')
  return presentRoleMember(requireRoleMember(await requireRole(services, role.organization_id, role.id), id))
}

/** Takes a role away from a member. Throws 403 unless the actor is an admin. */
export async function removeRoleMember(ctx: Ctx<KeyActor>, ref: RoleMemberRef): Promise<void> {
  const { services } = ctx
  const { member } = requireRoleMember(await requireRoleToChange(ctx, ref), ref.roleMember)
  const id = ref.roleMember.toLowerCase()
  await changeRights(services, [member.user_id], () => deleteRoleMember(services.db, id))
}

const nameTaken = () => invalid('name', 'There is already a role with this name.', 'unique')

async function requireRole(services: Services, organizationId: string, id: string): Promise<RoleRow> {
  const [row] = isUuid(id) ? await findRoles(services.db, organizationId, id) : []
  if (!row) throw notFound()
  return row
}

function requireRoleMember({ members }: RoleRow, id: string): RoleMemberRow {
  const found = members.find(({ roleMember }) => roleMember.id === id.toLowerCase())
  if (!found) throw notFound()
  return found
}

function requireAdminOf(ctx: Ctx<KeyActor>, ref: OrganizationRef): string {
  const id = requireMembersOf(ctx, ref)
  requireAdmin(ctx.actor, id)
  return id
}

const requireRoleToChange = (ctx: Ctx<KeyActor>, ref: RoleRef) =>
  requireRole(ctx.services, requireAdminOf(ctx, ref), ref.role)
