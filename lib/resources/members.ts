/** Members of an organization. */
import type { Caller } from '../access/caller.ts'
import { membershipIn } from '../access/levels.ts'
import { requireLevelChange, requireToManage } from '../access/members.ts'
import { invalid, notFound } from '../core/errors.ts'
import { isUuid } from '../core/ids.ts'
import type { Services } from '../services.ts'
import { deleteMember, findMember, type MemberRow, updateLevel } from '../store/members.ts'
import { changeRights } from './callers.ts'

/** The member with this user's uuid, or `@me`. Throws 404. */
export async function readMember(
  services: Services,
  caller: Caller,
  organizationId: string,
  ref: string,
): Promise<MemberRow> {
  const uuid = ref === '@me' ? caller.user.uuid : ref
  const row = isUuid(uuid) ? await findMember(services.db, organizationId, uuid) : undefined
  if (!row) throw notFound()
  return row
}

/** Gives a member another level. Throws 403 when the caller may not, 400 for the last owner. */
export async function changeLevel(
  services: Services,
  caller: Caller,
  row: MemberRow,
  level: number,
): Promise<MemberRow> {
  const { member } = row
  requireLevelChange(membershipIn(caller, member.organization_id), member, level)
  const changed = await changeRights(services, [member.user_id], () => updateLevel(services.db, member, level))
  if (!changed) throw invalid('level', 'An organization must have at least one owner.')
  return readMember(services, caller, member.organization_id, row.user.uuid)
}

/** Removes a member, or lets the caller leave: the keys of that user lose the organization at once. */
export async function removeMember(services: Services, caller: Caller, { member }: MemberRow): Promise<void> {
  const own = membershipIn(caller, member.organization_id)
  if (own?.id !== member.id) requireToManage(own, member)
  const removed = await changeRights(services, [member.user_id], () => deleteMember(services.db, member))
  if (!removed) throw invalid(null, 'Cannot leave the organization as its last owner.')
}

/** As the API shows it. */
export const presentMember = ({ member, user }: MemberRow) => ({
  id: member.id,
  user,
  level: member.level,
  joined_at: member.joined_at,
  updated_at: member.updated_at,
  is_2fa_enabled: false,
  has_social_auth: false,
  last_login: null,
})
