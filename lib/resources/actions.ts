import type { Caller } from '../access/caller.ts'
import { sqlState } from '../core/database-error.ts'
import { invalid, notFound } from '../core/errors.ts'
import { readId } from '../core/ids.ts'
import type { Project } from '../core/project.ts'
import type { ActionStep } from '../nodes/action.ts'
import { checkAction } from '../plan/action.ts'
import { referencePairs } from '../plan/context.ts'
import { stepReferences } from '../plan/references.ts'
import { outdateProject } from '../records/projects.ts'
import type { Services } from '../services.ts'
import { type ActionChanges, type ActionRow, findAction, insertAction, updateAction } from '../store/actions.ts'
import { reachableFrom } from '../store/cohorts.ts'

export type ActionInput = Omit<ActionChanges, 'refs'>

const taken = () => invalid('name', 'This project already has an action with this name.', 'unique')

/** Throws 400 `unique` for a name that another action has. */
export async function createAction(
  services: Services,
  project: Project,
  caller: Caller,
  input: ActionInput & { name: string },
): Promise<ActionRow> {
  const { id, version } = await insertAction(services.db, project.id, caller.userId, withReferences(input)).catch(
    refuse,
  )
  await publish(services, project, version)
  return requireAction(services, project, String(id))
}

/** Steps that are given replace all; fields that are not keep their value. */
export async function changeAction(
  services: Services,
  project: Project,
  ref: string,
  input: ActionInput,
): Promise<ActionRow> {
  const { id } = await requireAction(services, project, ref, { deleted: input.deleted === false })
  const changes = withReferences(input)
  if (Array.isArray(changes.refs)) await refuseCycle(services, project, id, changes.refs)
  if (Object.keys(changes).length > 0)
    await publish(services, project, await updateAction(services.db, project.id, id, changes).catch(refuse))
  return requireAction(services, project, String(id), { deleted: true })
}

/** Throws 404 for an action that is not there, or is deleted. */
export async function requireAction(services: Services, project: Project, ref: string, also = { deleted: false }) {
  const id = readId(ref)
  const row = id === undefined ? undefined : await findAction(services.db, project.id, id)
  if (!row || (row.deleted && !also.deleted)) throw notFound()
  return row
}

function withReferences<T extends ActionInput>(input: T): T & ActionChanges {
  if (!input.steps) return input
  checkAction(input.steps as ActionStep[])
  return { ...input, refs: referencePairs(stepReferences(input.steps as ActionStep[])) }
}

/** Throws 400 for a step that asks for a cohort which is made of this action. */
async function refuseCycle({ db }: Services, project: Project, id: number, refs: readonly (readonly unknown[])[]) {
  if (!refs.some(([of]) => of === 'cohort')) return
  const reached = await reachableFrom(db, project.id, refs)
  if (reached.some(([of, other]) => of === 'action' && other === id))
    throw invalid('steps', 'A step asks for a cohort that is made of this action.')
}

function refuse(error: unknown): never {
  if (sqlState(error) === '23505') throw taken()
  throw error
}

const publish = (services: Services, project: Project, configVersion: number) =>
  outdateProject(services, project, configVersion)

const NO_STEP: ActionStep = {
  event: null,
  properties: null,
  selector: null,
  tag_name: null,
  text: null,
  text_matching: null,
  href: null,
  href_matching: null,
  url: null,
  url_matching: null,
}

/** As the API shows it (docs/ingestion-and-entities.md (c) Actions). */
export const presentAction = (row: ActionRow) => ({
  id: row.id,
  name: row.name,
  description: row.description,
  tags: row.tags,
  post_to_slack: row.post_to_slack,
  slack_message_format: row.slack_message_format,
  steps: row.steps.map((step) => ({ ...NO_STEP, selector_regex: null, ...step })),
  created_at: row.created_at,
  created_by: row.created_by,
  deleted: row.deleted,
  is_calculating: false,
  last_calculated_at: row.created_at,
  team_id: row.project_id,
  is_action: true,
  bytecode_error: null,
  pinned_at: row.pinned_at,
  creation_context: null,
  user_access_level: 'editor',
})
