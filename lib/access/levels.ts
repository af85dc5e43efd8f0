/** Who may see and change an insight (docs/insights.md 4, 15). Pure. */
import { permissionDenied } from '../core/errors.ts'
import type { Caller } from './caller.ts'

export const ACCESS_LEVELS = ['none', 'viewer', 'editor'] as const
export type AccessLevel = (typeof ACCESS_LEVELS)[number]

/** One rule of an insight: for a member, for the members of a role, or for everyone in the project. */
export interface AccessRule {
  readonly level: AccessLevel
  readonly membership: string | null
  readonly role: string | null
}

/** What decides about an insight. */
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
export const EVERYONE_CAN_EDIT = 21
export const COLLABORATORS_CAN_EDIT = 37
export const CAN_VIEW = 21
export const CAN_EDIT = 37

/** Of `memberships.level`: members have 1, owners 15. */
const ADMIN = 8

export const membershipIn = ({ memberships }: Caller, organizationId: string) =>
  memberships.find((membership) => membership.organizationId === organizationId)

export const isAdmin = (caller: Caller, organizationId: string): boolean =>
  (membershipIn(caller, organizationId)?.level ?? 0) >= ADMIN

const isOwn = (caller: Caller, { created_by }: Guarded) => created_by !== null && created_by.id === caller.userId

/** The highest rule that is for the caller; `editor` without one, for who made it and for admins. */
export function accessLevel(caller: Caller, organizationId: string, insight: Guarded): AccessLevel {
  if (isOwn(caller, insight) || isAdmin(caller, organizationId)) return 'editor'
  const own = membershipIn(caller, organizationId)
  const levels = insight.access_rules
    .filter(({ membership, role }) =>
      membership !== null ? membership === own?.id : role !== null ? (own?.roles.includes(role) ?? false) : true,
    )
    .map(({ level }) => ACCESS_LEVELS.indexOf(level))
  return levels.length === 0 ? 'editor' : (ACCESS_LEVELS[Math.max(...levels)] ?? 'none')
}

export const canChangeAccess = (caller: Caller, organizationId: string, insight: Guarded): boolean =>
  isOwn(caller, insight) || isAdmin(caller, organizationId)

/** Dashboards with a restriction are for who made them and for admins. */
export const canEditDashboard = (
  caller: Caller,
  organizationId: string,
  { restriction_level, dashboard_created_by }: GuardedTile,
): boolean =>
  restriction_level <= EVERYONE_CAN_EDIT || dashboard_created_by === caller.userId || isAdmin(caller, organizationId)

export const restrictionLevel = ({ tiles }: Guarded): number =>
  Math.max(EVERYONE_CAN_EDIT, ...tiles.map((tile) => tile.restriction_level))

/** An insight that is on dashboards may be changed by who may change one of them. */
export function privilegeLevel(caller: Caller, organizationId: string, { tiles }: Guarded): number {
  if (tiles.length === 0) return CAN_EDIT
  return tiles.some((tile) => canEditDashboard(caller, organizationId, tile)) ? CAN_EDIT : CAN_VIEW
}

/** Throws 403 for an insight that is hidden from the caller. */
export function requireViewer(caller: Caller, organizationId: string, insight: Guarded): void {
  if (accessLevel(caller, organizationId, insight) === 'none')
    throw permissionDenied('You do not have viewer access to this resource.')
}

export const canEdit = (caller: Caller, organizationId: string, insight: Guarded): boolean =>
  accessLevel(caller, organizationId, insight) === 'editor' &&
  privilegeLevel(caller, organizationId, insight) === CAN_EDIT

/** Throws 403 unless the caller may change the insight. */
export function requireEditor(caller: Caller, organizationId: string, insight: Guarded): void {
  requireViewer(caller, organizationId, insight)
  if (accessLevel(caller, organizationId, insight) !== 'editor')
    throw permissionDenied('You do not have editor access to this resource.')
  if (privilegeLevel(caller, organizationId, insight) !== CAN_EDIT)
    throw permissionDenied('This insight is on dashboards that you do not have edit permissions for.')
}
