/** Rules about seeing and changing insights and dashboards (docs/insights.md 4, 15). Pure. */

import type { KeyActor } from '../core/actor.ts'
import { permissionDenied } from '../core/errors.ts'

export const ACCESS_LEVELS = ['none', 'viewer', 'editor'] as const
export type AccessLevel = (typeof ACCESS_LEVELS)[number]

/** One rule of an insight: for a member, for the members of a role, or for everyone in the project. */
export interface AccessRule {
  readonly level: AccessLevel
  readonly membership: string | null
  readonly role: string | null
}

/** The parts of an insight that its rules look at. */
export interface Guarded {
  readonly created_by: { readonly id: number } | null
  readonly access_rules: readonly AccessRule[]
  readonly tiles: readonly GuardedTile[]
}

export interface GuardedTile {
  readonly restriction_level: number
  readonly dashboard_created_by: number | null
}

/** Values of `restriction_level` and `privilege_level`. */
const EVERYONE_CAN_EDIT = 21
export const COLLABORATORS_CAN_EDIT = 37
export const CAN_VIEW = 21
export const CAN_EDIT = 37

/** Of `memberships.level`: members have 1, owners 15. */
const ADMIN = 8

export const membershipIn = ({ memberships }: KeyActor, organizationId: string) =>
  memberships.find((membership) => membership.organizationId === organizationId)

export const isAdmin = (caller: KeyActor, organizationId: string): boolean =>
  (membershipIn(caller, organizationId)?.level ?? 0) >= ADMIN

const isOwn = (caller: KeyActor, { created_by }: Guarded) => created_by !== null && created_by.id === caller.userId

/** The ids with which a user appears in access rules. A query over many insights takes them as conditions. */
export interface Grantee {
  readonly userId: number
  /** null: no member of the organization. */
  readonly membershipId: string | null
  readonly roleIds: readonly string[]
}

export function granteeOf(caller: KeyActor, organizationId: string): Grantee {
  const own = membershipIn(caller, organizationId)
  return { userId: caller.userId, membershipId: own?.id ?? null, roleIds: own?.roles ?? [] }
}

/** The highest level of the rules that match the caller. `editor` without such a rule, for the creator and for admins. */
export function accessLevel(caller: KeyActor, organizationId: string, insight: Guarded): AccessLevel {
  if (isOwn(caller, insight) || isAdmin(caller, organizationId)) return 'editor'
  const { membershipId, roleIds } = granteeOf(caller, organizationId)
  const levels = insight.access_rules
    .filter(({ membership, role }) =>
      membership !== null ? membership === membershipId : role !== null ? roleIds.includes(role) : true,
    )
    .map(({ level }) => ACCESS_LEVELS.indexOf(level))
  return levels.length === 0 ? 'editor' : (ACCESS_LEVELS[Math.max(...levels)] ?? 'none')
}

/** Whether a rule hides the insight from everyone who has no rule of their own. */
export const isHidden = ({ access_rules: rules }: Guarded): boolean =>
  rules.some(({ level, membership, role }) => level === 'none' && membership === null && role === null)

export const canChangeAccess = (caller: KeyActor, organizationId: string, insight: Guarded): boolean =>
  isOwn(caller, insight) || isAdmin(caller, organizationId)

/** A restricted dashboard may be changed by its creator and by admins. */
export const canEditDashboard = (
  caller: KeyActor,
  organizationId: string,
  { restriction_level, dashboard_created_by }: GuardedTile,
): boolean =>
  restriction_level <= EVERYONE_CAN_EDIT || dashboard_created_by === caller.userId || isAdmin(caller, organizationId)

export const restrictionLevel = ({ tiles }: Guarded): number =>
  Math.max(EVERYONE_CAN_EDIT, ...tiles.map((tile) => tile.restriction_level))

/** An insight on dashboards may be changed by callers who may change one of those dashboards. */
export function privilegeLevel(caller: KeyActor, organizationId: string, { tiles }: Guarded): number {
  if (tiles.length === 0) return CAN_EDIT
  return tiles.some((tile) => canEditDashboard(caller, organizationId, tile)) ? CAN_EDIT : CAN_VIEW
}

/** Throws 403 if a rule hides the insight from the caller. */
export function requireViewer(caller: KeyActor, organizationId: string, insight: Guarded): void {
  if (accessLevel(caller, organizationId, insight) === 'none')
    throw permissionDenied('You do not have viewer access to this resource.')
}

export const canEdit = (caller: KeyActor, organizationId: string, insight: Guarded): boolean =>
  accessLevel(caller, organizationId, insight) === 'editor' &&
  privilegeLevel(caller, organizationId, insight) === CAN_EDIT

/** Throws 403 unless the caller may change the insight. */
export function requireEditor(caller: KeyActor, organizationId: string, insight: Guarded): void {
  requireViewer(caller, organizationId, insight)
  if (accessLevel(caller, organizationId, insight) !== 'editor')
    throw permissionDenied('You do not have editor access to this resource.')
  if (privilegeLevel(caller, organizationId, insight) !== CAN_EDIT)
    throw permissionDenied('This insight is on dashboards that you do not have edit permissions for.')
}
