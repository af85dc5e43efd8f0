import { notFound } from '../core/errors.ts'
import { randomText } from '../core/ids.ts'
import type { Project } from '../core/project.ts'
import { readPattern } from '../hogql/patterns.ts'
import { projectRecord, tokenRecord } from '../records/projects.ts'
import { writeRecords } from '../records/write.ts'
import type { Services } from '../services.ts'
import { insertProject, type ProjectChanges, type ProjectRow, toProject, updateProject } from '../store/projects.ts'

export type ProjectInput = {
  readonly [Key in keyof Omit<ProjectChanges, 'api_token'>]: ProjectChanges[Key] | undefined
}

/** A new project with a token of its own. */
export function createProject(services: Services, organizationId: string, input: ProjectInput): Promise<ProjectRow> {
  return insertProject(services.db, {
    ...given(input),
    organization_id: organizationId,
    name: input.name ?? 'Default project',
    api_token: `phc_${randomText(43)}`,
  })
}

/** Changes a project's settings; requests everywhere see them at once. */
export async function changeProject(services: Services, project: Project, input: ProjectInput): Promise<ProjectRow> {
  const found = await updateProject(services.db, project.id, project.organizationId, given(input))
  if (!found) throw notFound('Project not found.')
  const changed = toProject(found.row, found.slots)
  await writeRecords(services, [projectRecord(changed), tokenRecord(changed)])
  return found.row
}

/** Throws a 400 that names the pattern in a test-account filter that cannot be run. */
function given(input: ProjectInput): ProjectChanges {
  for (const [index, filter] of (input.test_account_filters ?? []).entries()) {
    const { operator, value } = filter as { operator?: unknown; value?: unknown }
    if (operator === 'regex' || operator === 'not_regex')
      for (const pattern of [value].flat()) readPattern(String(pattern), `test_account_filters__${index}__value`)
  }
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined))
}
