/** Rules about changing the members and the roles of an organization. Pure. */

import type { KeyActor, Membership } from '../core/actor.ts'
import { permissionDenied } from '../core/errors.ts'
import { isAdmin, membershipIn } from './levels.ts'

/** Values of `memberships.level`. */
export const LEVELS = { member: 1, admin: 8, owner: 15 } as const

/** Throws 403 unless the caller is an admin or an owner of the organization. */
export function requireAdmin(caller: KeyActor, organizationId: string): void {
  if (!isAdmin(caller, organizationId)) throw permissionDenied('Your organization access level is insufficient.')
}

/** The caller's level in an organization; 0 without a membership. */
export const levelIn = (caller: KeyActor, organizationId: string): number =>
  membershipIn(caller, organizationId)?.level ?? 0

type Ranked = Pick<Membership, 'id' | 'level'>

/** Throws 403 unless the member is an admin whose level is at least the other's. */
export function requireToManage(own: Ranked | undefined, other: Ranked): void {
  if (!own || own.level < LEVELS.admin) throw permissionDenied('You can only edit others if you are an admin.')
  if (other.level > own.level) throw permissionDenied('You can only edit others with level lower or equal to you.')
}

/** Throws 403 unless the caller may give another member this level, which may not be above the caller's own. */
export function requireLevelChange(own: Ranked | undefined, other: Ranked, level: number): void {
  if (own?.id === other.id) throw permissionDenied("You can't change your own access level.")
  requireToManage(own, other)
  if (level > (own?.level ?? 0))
    throw permissionDenied('You can only change access level of others to lower or equal to your current one.')
}
