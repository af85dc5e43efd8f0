import * as z from 'zod/mini'
import type { KeyActor } from '../../core/actor.ts'
import { sqlState } from '../../core/database-error.ts'
import { invalid } from '../../core/errors.ts'
import { withoutUndefined } from '../../core/json.ts'
import { ActionStep } from '../../nodes/action.ts'
import { checkAction } from '../../plan/action.ts'
import { referencePairs } from '../../plan/context.ts'
import { stepReferences } from '../../plan/references.ts'
import { outdateProject } from '../../records/projects.ts'
import { type ActionChanges, insertAction, updateAction } from '../../store/actions.ts'
import { reachableFrom } from '../../store/cohorts.ts'
import type { ProjectCtx } from '../ctx.ts'
import { bool, list, nullable, tagList, text } from '../fields.ts'
import { presentAction } from './present.ts'
import { type ActionRef, requireAction } from './read.ts'

const name = text(400, { blank: false })
const fields = {
  description: z.optional(nullable(text(10_000))),
  tags: z.optional(tagList),
  steps: z.optional(list(ActionStep, 100)),
  post_to_slack: z.optional(bool),
  slack_message_format: z.optional(nullable(text(1200))),
  deleted: z.optional(bool),
}
export const newActionBody = z.object({ name, ...fields })
export const actionBody = z.object({ name: z.optional(name), ...fields })

type Input = z.infer<typeof actionBody>

/**
 * Stores a new action and returns it as the API shows it. Throws 400 `unique` if another action has the name, 400 if a
 * step cannot be computed.
 */
export async function createAction(ctx: ProjectCtx<KeyActor>, input: z.infer<typeof newActionBody>) {
  const { services, project, actor } = ctx
  const values = { ...changesOf(input), name: input.name }
  const { id, version } = await insertAction(services.db, project.id, actor.userId, values).catch(refuse)
  await outdateProject(services, project, version)
  return presentAction(await requireAction(ctx, { action: String(id) }))
}

/**
 * Changes the given fields of an action and returns it as the API shows it; `steps` replaces all steps. Throws 404 if
 * there is no such action, 400 as `createAction`.
 */
export async function changeAction(ctx: ProjectCtx<KeyActor>, { action, ...input }: ActionRef & Input) {
  const { services, project } = ctx
  const { id } = await requireAction(ctx, { action }, { withDeleted: input.deleted === false })
  const changes = changesOf(input)
  if (Array.isArray(changes.refs)) await refuseCycle(ctx, id, changes.refs)
  if (Object.keys(changes).length > 0)
    await outdateProject(services, project, await updateAction(services.db, project.id, id, changes).catch(refuse))
  return presentAction(await requireAction(ctx, { action: String(id) }, { withDeleted: true }))
}

/** The fields of the body as columns; null texts become empty ones. `refs` are the cohorts that the steps use. */
function changesOf(input: Input): ActionChanges {
  const given = Object.entries(withoutUndefined(input))
  const changes = Object.fromEntries(given.map(([key, value]) => [key, value ?? ''])) as ActionChanges
  if (!input.steps) return changes
  checkAction(input.steps)
  return { ...changes, refs: referencePairs(stepReferences(input.steps)) }
}

/** Throws 400 if a step uses a cohort that is itself computed from this action. */
async function refuseCycle({ services, project }: ProjectCtx, id: number, refs: readonly (readonly unknown[])[]) {
  if (!refs.some(([kind]) => kind === 'cohort')) return
  const reached = await reachableFrom(services.db, project.id, refs)
  if (reached.some(([kind, other]) => kind === 'action' && other === id))
    throw invalid('steps', 'A step asks for a cohort that is made of this action.')
}

function refuse(error: unknown): never {
  if (sqlState(error) === '23505') throw invalid('name', 'This project already has an action with this name.', 'unique')
  throw error
}
