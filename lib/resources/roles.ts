/** Roles of an organization and who has them. */
import type { Caller } from '../access/caller.ts'
import { invalid, notFound } from '../core/errors.ts'
import { isUuid } from '../core/ids.ts'
import type { Services } from '../services.ts'
import { findMember } from '../store/members.ts'
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
} from '../store/roles.ts'
import { changeRights } from './callers.ts'
import { presentMember } from './members.ts'

/** Throws 404. */
export async function readRole(services: Services, organizationId: string, id: string): Promise<RoleRow> {
  const [row] = isUuid(id) ? await findRoles(services.db, organizationId, id) : []
  if (!row) throw notFound()
  return row
}

const nameTaken = () => invalid('name', 'There is already a role with this name.', 'unique')

/** Throws 400 for a name that is taken and for one role too many. */
export async function createRole(services: Services, caller: Caller, organizationId: string, name: string) {
  if ((await countRoles(services.db, organizationId)) >= MAX_ROLES)
    throw invalid(null, `An organization may have ${MAX_ROLES} roles.`)
  if (await isRoleNameTaken(services.db, organizationId, name)) throw nameTaken()
  const id = await insertRole(services.db, { organization_id: organizationId, name, created_by: caller.userId })
  if (!id) throw nameTaken()
  return readRole(services, organizationId, id)
}

export async function renameRole(services: Services, { role }: RoleRow, name: string): Promise<RoleRow> {
  if (await isRoleNameTaken(services.db, role.organization_id, name, role.id)) throw nameTaken()
  await updateRole(services.db, role.id, name)
  return readRole(services, role.organization_id, role.id)
}

export async function removeRole(services: Services, { role, members }: RoleRow): Promise<void> {
  const userIds = members.map(({ member }) => member.user_id)
  await changeRights(services, userIds, () => deleteRole(services.db, role.id))
}

/** Gives a member of the organization the role. Throws 400 when nobody has the uuid or the member has the role. */
export async function addRoleMember(services: Services, { role }: RoleRow, userUuid: string): Promise<RoleMemberRow> {
  const found = isUuid(userUuid) ? await findMember(services.db, role.organization_id, userUuid) : undefined
  if (!found) throw invalid('user_uuid', 'User does not exist.', 'does_not_exist')
  const { member } = found
  const id = await changeRights(services, [member.user_id], () => insertRoleMember(services.db, role.id, member.id))
  if (!id) throw invalid('user_uuid', 'User is already part of the role.', 'unique')
  return roleMemberOf(await readRole(services, role.organization_id, role.id), id)
}

export async function removeRoleMember(services: Services, role: RoleRow, id: string): Promise<void> {
  const { member } = roleMemberOf(role, id)
  await changeRights(services, [member.user_id], () => deleteRoleMember(services.db, id.toLowerCase()))
}

/** Throws 404. */
export function roleMemberOf({ members }: RoleRow, id: string): RoleMemberRow {
  const found = members.find(({ roleMember }) => roleMember.id === id.toLowerCase())
  if (!found) throw notFound()
  return found
}

/** As the API shows it. */
export const presentRole = ({ role, createdBy, members }: RoleRow) => ({
  id: role.id,
  name: role.name,
  created_at: role.created_at,
  created_by: createdBy,
  members: members.map(presentRoleMember),
  is_default: false,
})

export const presentRoleMember = (row: RoleMemberRow) => ({
  id: row.roleMember.id,
  role_id: row.roleMember.role_id,
  organization_member: presentMember(row),
  user: row.user,
  joined_at: row.roleMember.joined_at,
  updated_at: row.roleMember.joined_at,
})
