import * as z from 'zod'
import { ACCESS_LEVELS, type AccessLevel, accessLevel, canChangeAccess } from '../../../lib/access/levels.ts'
import { invalid, permissionDenied } from '../../../lib/core/errors.ts'
import { isUuid } from '../../../lib/core/ids.ts'
import { textOf } from '../../../lib/core/input.ts'
import { withholdInsight } from '../../../lib/records/insights.ts'
import { requireInsight } from '../../../lib/resources/insights/require.ts'
import {
  type AccessControlRow,
  deleteAccessControl,
  knowsTarget,
  listAccessControls,
  putAccessControl,
} from '../../../lib/store/access-controls.ts'
import { type Route, type RouteInput, route } from '../../route.ts'

const PATH = '/api/projects/:project_id/insights/:id/access_controls'

const ruleBody = z.object({
  access_level: z
    .unknown()
    .meta({ enum: [...ACCESS_LEVELS, null], description: 'null takes the rule away.' })
    .optional(),
  organization_member: z
    .unknown()
    .meta({ type: ['string', 'null'], description: 'The id of a membership.' })
    .optional(),
  role: z
    .unknown()
    .meta({ type: ['string', 'null'], description: 'The id of a role.' })
    .optional(),
})

type Input = RouteInput<unknown, unknown>

const insightOf = ({ services, project, caller, params }: Input) =>
  requireInsight(services, project, caller, params.id ?? '', 'view')

/** The rules of an insight and what the caller may do (docs/insights.md 15). */
async function list(input: Input) {
  const { services, project, caller } = input
  const row = await insightOf(input)
  const rules = await listAccessControls(services.db, { projectId: project.id, insightId: row.id })
  return {
    access_controls: rules.map(present),
    available_access_levels: ACCESS_LEVELS,
    default_access_level: 'editor',
    user_access_level: accessLevel(caller, project.organizationId, row),
    user_can_edit_access_levels: canChangeAccess(caller, project.organizationId, row),
  }
}

async function put(input: RouteInput<unknown, z.infer<typeof ruleBody>>) {
  const { c, services, project, caller, body } = input
  const row = await insightOf(input)
  const level = readLevel(body.access_level)
  const rule = {
    projectId: project.id,
    insightId: row.id,
    membershipId: readId(body.organization_member, 'organization_member'),
    roleId: readId(body.role, 'role'),
  }
  if (rule.membershipId !== null && rule.roleId !== null)
    throw invalid(null, 'You can not scope an access control to both a member and a role.')
  if (!canChangeAccess(caller, project.organizationId, row))
    throw permissionDenied('Must be editor to modify insight permissions.')
  const known = await knowsTarget(services.db, project.organizationId, rule)
  for (const [attr, isKnown, id] of [
    ['organization_member', known.member, rule.membershipId],
    ['role', known.role, rule.roleId],
  ] as const)
    if (!isKnown) throw invalid(attr, `Invalid pk "${id}" - object does not exist.`, 'does_not_exist')
  await withholdInsight(services, row)
  if (level === null) await deleteAccessControl(services.db, rule)
  const made = level === null ? null : await putAccessControl(services.db, rule, level, caller.userId)
  return made ? present(made) : c.body(null, 204)
}

/** null takes the rule away. */
function readLevel(value: unknown): AccessLevel | null {
  if (value === undefined) throw invalid('access_level', 'This field is required.', 'required')
  if (value === null) return null
  const level = ACCESS_LEVELS.find((name) => name === value)
  if (!level) throw invalid('access_level', `Invalid access level. Must be one of: ${ACCESS_LEVELS.join(', ')}`)
  return level
}

function readId(value: unknown, attr: string): string | null {
  if (value === undefined || value === null) return null
  if (typeof value === 'string' && isUuid(value)) return value.toLowerCase()
  throw invalid(attr, `“${(textOf(value) ?? '').slice(0, 50)}” is not a valid UUID.`)
}

const present = (row: AccessControlRow) => ({
  access_level: row.access_level,
  resource: 'insight',
  resource_id: String(row.insight_id),
  organization_member: row.membership_id,
  role: row.role_id,
  created_by: row.created_by,
  created_at: row.created_at,
  updated_at: row.updated_at,
})

export const accessControlRoutes: Route[] = [
  route({
    method: 'get',
    path: PATH,
    scope: 'access_control:read',
    summary: 'List who may see and change an insight',
    answer: 'AccessControls',
    handler: list,
  }),
  route({
    method: 'put',
    path: PATH,
    scope: 'access_control:write',
    body: ruleBody,
    summary: 'Create, change or remove an access rule of an insight',
    answer: { 200: 'AccessControl', 204: null },
    handler: put,
  }),
]
