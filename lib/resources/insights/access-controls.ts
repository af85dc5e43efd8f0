/** The access rules of an insight (docs/insights.md 15). */
import * as z from 'zod/mini'
import { ACCESS_LEVELS, type AccessLevel, accessLevel, canChangeAccess } from '../../access/levels.ts'
import { invalid, permissionDenied } from '../../core/errors.ts'
import { isUuid } from '../../core/ids.ts'
import { textOf } from '../../core/input.ts'
import { withholdInsight } from '../../records/insights.ts'
import {
  type AccessControlRow,
  deleteAccessControl,
  knowsTarget,
  listAccessControls,
  putAccessControl,
  type RuleTarget,
} from '../../store/access-controls.ts'
import type { KeyCtx } from '../ctx.ts'
import { requireInsight } from './authorize.ts'

export const accessControlBody = z.object({
  access_level: z.optional(
    z.unknown().check(z.meta({ enum: [...ACCESS_LEVELS, null], description: 'null takes the rule away.' })),
  ),
  organization_member: z.optional(
    z.unknown().check(z.meta({ type: ['string', 'null'], description: 'The id of a membership.' })),
  ),
  role: z.optional(z.unknown().check(z.meta({ type: ['string', 'null'], description: 'The id of a role.' }))),
})

/** The rules of an insight and the rights of the key. Throws 404 and 403. */
export async function showAccessControls(ctx: KeyCtx, { ref }: { readonly ref: string }) {
  const { services, project, actor } = ctx
  const row = await requireInsight(ctx, ref, 'view')
  const rules = await listAccessControls(services.db, { projectId: project.id, insightId: row.id })
  return {
    access_controls: rules.map(presentRule),
    available_access_levels: ACCESS_LEVELS,
    default_access_level: 'editor',
    user_access_level: accessLevel(actor, project.organizationId, row),
    user_can_edit_access_levels: canChangeAccess(actor, project.organizationId, row),
  }
}

/**
 * Creates, changes or deletes the rule of a member, of a role or of everybody in the project. Returns null if the rule
 * was deleted. Throws 404 if the insight does not exist, 403 if the key may not change rules, 400 if the level or the
 * target does not exist.
 */
export async function setAccessControl(
  ctx: KeyCtx,
  { ref, body }: { readonly ref: string; readonly body: z.infer<typeof accessControlBody> },
) {
  const { services, project, actor } = ctx
  const insight = await requireInsight(ctx, ref, 'view')
  const level = readLevel(body.access_level)
  const rule = readTarget(body, project.id, insight.id)
  if (!canChangeAccess(actor, project.organizationId, insight))
    throw permissionDenied('Must be editor to modify insight permissions.')
  await requireTarget(ctx, rule)
  await withholdInsight(services, insight)
  if (level === null) {
    await deleteAccessControl(services.db, rule)
    return null
  }
  const made = await putAccessControl(services.db, rule, level, actor.userId)
  return made ? presentRule(made) : null
}

/** null deletes the rule. */
function readLevel(value: unknown): AccessLevel | null {
  if (value === undefined) throw invalid('access_level', 'This field is required.', 'required')
  if (value === null) return null
  const level = ACCESS_LEVELS.find((name) => name === value)
  if (!level) throw invalid('access_level', `Invalid access level. Must be one of: ${ACCESS_LEVELS.join(', ')}`)
  return level
}

function readTarget(body: z.infer<typeof accessControlBody>, projectId: number, insightId: number): RuleTarget {
  const membershipId = readUuid(body.organization_member, 'organization_member')
  const roleId = readUuid(body.role, 'role')
  if (membershipId !== null && roleId !== null)
    throw invalid(null, 'You can not scope an access control to both a member and a role.')
  return { projectId, insightId, membershipId, roleId }
}

function readUuid(value: unknown, attr: string): string | null {
  if (value === undefined || value === null) return null
  if (typeof value === 'string' && isUuid(value)) return value.toLowerCase()
  throw invalid(attr, `“${(textOf(value) ?? '').slice(0, 50)}” is not a valid UUID.`)
}

async function requireTarget({ services, project }: KeyCtx, rule: RuleTarget): Promise<void> {
  const known = await knowsTarget(services.db, project.organizationId, rule)
  const unknown = (attr: string, id: string | null) =>
    invalid(attr, `Invalid pk "${id}" - object does not exist.`, 'does_not_exist')
  if (!known.member) throw unknown('organization_member', rule.membershipId)
  if (!known.role) throw unknown('role', rule.roleId)
}

const presentRule = (row: AccessControlRow) => ({
  access_level: row.access_level,
  resource: 'insight',
  resource_id: String(row.insight_id),
  organization_member: row.membership_id,
  role: row.role_id,
  created_by: row.created_by,
  created_at: row.created_at,
  updated_at: row.updated_at,
})
