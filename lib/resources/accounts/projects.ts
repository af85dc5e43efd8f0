/** Projects and their settings. */

import { reachableOrganizations, reachesProject, requireOrganization } from '../../access/authorize.ts'
import { requireAdmin } from '../../access/members.ts'
import type { KeyActor } from '../../core/actor.ts'
import { notFound, permissionDenied } from '../../core/errors.ts'
import { randomText } from '../../core/ids.ts'
import { withoutUndefined } from '../../core/json.ts'
import { readPattern } from '../../hogql/patterns.ts'
import { planRules, storedRules } from '../../plan/paths.ts'
import { projectRecord, tokenRecord } from '../../records/projects.ts'
import { writeRecords } from '../../records/write.ts'
import * as store from '../../store/projects.ts'
import { findProjectRow, insertProject, type ProjectChanges, toProject, updateProject } from '../../store/projects.ts'
import type { Ctx, ProjectCtx } from '../ctx.ts'
import { type Page, pageOf } from '../page.ts'
import type { OrganizationRef } from './organizations.ts'
import { presentProject, presentProjectBasic } from './present.ts'
import type { ProjectSettings } from './project-settings.ts'

/** The projects that the key reaches, of one organization if one is given. Throws 404 and 403 for the organization. */
export async function listProjects(
  { services, actor }: Ctx<KeyActor>,
  { organization, page }: Partial<OrganizationRef> & { readonly page: Page },
) {
  const ids = organization ? [requireOrganization(actor, organization)] : reachableOrganizations(actor)
  const rows = await store.listProjects(services.db, ids)
  return pageOf(rows.filter(({ id }) => reachesProject(actor, id)).map(presentProjectBasic), page)
}

/** Creates a project with a new token. Throws 403 if the key is limited to projects or the actor is no admin. */
export async function createProject(
  { services, actor }: Ctx<KeyActor>,
  { organization, ...settings }: OrganizationRef & ProjectSettings,
) {
  if (actor.scopedTeams.length > 0) throw permissionDenied('API keys with scoped projects cannot create projects.')
  const organizationId = requireOrganization(actor, organization)
  requireAdmin(actor, organizationId)
  const row = await insertProject(services.db, {
    ...changesOf(settings),
    organization_id: organizationId,
    name: settings.name ?? 'Default project',
    api_token: `phc_${randomText(43)}`,
  })
  return presentProject(row, actor)
}

export async function readProject({ services, actor, project }: ProjectCtx<KeyActor>) {
  const row = await findProjectRow(services.db, project.id)
  if (!row) throw notFound('Project not found.')
  return presentProject(row, actor)
}

/** Changes the given settings; requests everywhere see them at once. */
export async function changeProject({ services, actor, project }: ProjectCtx<KeyActor>, settings: ProjectSettings) {
  const found = await updateProject(services.db, project.id, project.organizationId, changesOf(settings))
  if (!found) throw notFound('Project not found.')
  const changed = toProject(found.row, found.slots)
  await writeRecords(services, [projectRecord(changed), tokenRecord(changed)])
  return presentProject(found.row, actor)
}

/** The given settings as columns. Throws 400 if a pattern of a test-account filter or of a cleaning rule is not valid. */
function changesOf(settings: ProjectSettings): ProjectChanges {
  for (const [index, filter] of (settings.test_account_filters ?? []).entries()) {
    const { operator, value } = filter as { operator?: unknown; value?: unknown }
    if (operator === 'regex' || operator === 'not_regex')
      for (const pattern of [value].flat()) readPattern(String(pattern), `test_account_filters__${index}__value`)
  }
  planRules(storedRules(settings.path_cleaning_filters ?? []))
  return withoutUndefined(settings)
}
