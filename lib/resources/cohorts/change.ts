import * as z from 'zod/mini'
import type { KeyActor } from '../../core/actor.ts'
import { invalid } from '../../core/errors.ts'
import { isUuid } from '../../core/ids.ts'
import { checkInput } from '../../core/input.ts'
import { withoutUndefined } from '../../core/json.ts'
import { filtersOfGroups, parseCohortFilters } from '../../nodes/cohort.ts'
import { checkCohort } from '../../plan/cohort.ts'
import { referencePairs } from '../../plan/context.ts'
import { cohortReferences } from '../../plan/references.ts'
import {
  type CohortChanges,
  cohortsNaming,
  findCohort,
  insertCohort,
  reachableFrom,
  updateCohort,
} from '../../store/cohorts.ts'
import type { ProjectCtx } from '../ctx.ts'
import { bool, list, nullable, text } from '../fields.ts'
import { enqueueCohorts, publishConfig } from './calculate.ts'
import { type Members, readMemberFile } from './member-file.ts'
import { presentCohort } from './present.ts'
import { type CohortRef, requireCohort } from './read.ts'

export const cohortBody = z.object({
  name: z.optional(nullable(text(400))),
  description: z.optional(nullable(text(1000))),
  filters: z.optional(z.unknown()),
  groups: z.optional(nullable(list(z.unknown(), 200))),
  is_static: z.optional(bool),
  deleted: z.optional(bool),
  _create_static_person_ids: z.optional(list(text(100), 10_000)),
  csv: z.optional(z.union([z.string(), z.instanceof(File).check(z.meta({ type: 'string', format: 'binary' }))])),
})
type Input = z.infer<typeof cohortBody>

/**
 * Stores a new cohort and returns it as the API shows it. A static cohort gets its members at once; the members of a
 * dynamic one are calculated in the background. Throws 400 if the filters cannot be computed, if a dynamic cohort has
 * no filters or has members, or if the members cannot be read.
 */
export async function createCohort(ctx: ProjectCtx<KeyActor>, input: Input) {
  const { services, project, actor } = ctx
  const isStatic = input.is_static ?? false
  const changes = await changesOf(ctx, null, input, isStatic)
  if (!isStatic && !changes.filters) throw invalid('filters', 'A cohort that is not static needs filters.', 'required')
  const members = await membersOf(input, isStatic)
  const id = await insertCohort(services.db, project.id, actor.userId, {
    ...changes,
    is_static: isStatic,
    ...(isStatic ? { count: 0 } : { is_calculating: true }),
  })
  if (isStatic) await addMembers(ctx, id, members)
  else await enqueueCohorts(services, [{ projectId: project.id, cohortId: id, version: 1 }])
  return presentCohort(await requireCohort(ctx, { cohort: String(id) }))
}

/**
 * Changes the given fields of a cohort and returns it as the API shows it. New filters are calculated in the
 * background. Throws 404 if the cohort does not exist or is deleted (unless the body has `deleted: false`), 400 as
 * `createCohort`, and 400 if the change would make a static cohort dynamic or delete a cohort that another cohort uses.
 */
export async function changeCohort(ctx: ProjectCtx<KeyActor>, { cohort, ...input }: CohortRef & Input) {
  const { services, project } = ctx
  const row = await requireCohort(ctx, { cohort }, { withDeleted: input.deleted === false })
  if (input.is_static !== undefined && input.is_static !== row.is_static)
    throw invalid('is_static', 'A cohort cannot be changed from static to dynamic or back.')
  if (input.deleted) await refuseWhenNamed(ctx, row.id)
  const changes = await changesOf(ctx, row.id, input, row.is_static)
  const members = await membersOf(input, row.is_static)
  const recalculate = changes.filters !== undefined || (!row.is_static && row.deleted && input.deleted === false)
  if (Object.keys(changes).length > 0) {
    const configVersion = await updateCohort(services.db, project.id, row.id, changes, recalculate)
    await publishConfig(services, project, configVersion)
  }
  if (members.uuids.length + members.keys.length > 0) await addMembers(ctx, row.id, members)
  const changed = await requireCohort(ctx, { cohort }, { withDeleted: true })
  const { pending_version: version } = changed
  if (recalculate) await enqueueCohorts(services, [{ projectId: project.id, cohortId: row.id, version }])
  return presentCohort(changed)
}

async function addMembers({ services, project }: ProjectCtx, id: number, members: Members) {
  const timeoutMs = services.env.STATEMENT_TIMEOUT_MS
  const configVersion = await services.engine.cohortMembers.add(project.id, id, members, { timeoutMs })
  await publishConfig(services, project, configVersion)
}

/**
 * The fields of the body as columns; null texts and lists become empty ones. `refs` are the cohorts and actions that
 * the filters use. `id` is null for a new cohort.
 */
async function changesOf(ctx: ProjectCtx, id: number | null, input: Input, isStatic: boolean): Promise<CohortChanges> {
  const { services, project } = ctx
  const { name, deleted } = input
  const description = input.description === null ? '' : input.description
  const groups = input.groups === null ? [] : input.groups
  const given = { name, description, deleted, groups }
  const plain = withoutUndefined(given)
  const filters = input.filters ?? (groups?.length ? filtersOfGroups(groups) : undefined)
  if (filters === undefined || filters === null) return plain
  if (isStatic) throw invalid('filters', 'A static cohort has no filters.')
  const asked = parseCohortFilters(filters)
  checkCohort(asked)
  const { refs, actions } = cohortReferences(asked)
  const named = [...referencePairs(refs), ...actions.map((action) => ['action', String(action)])]
  const reached = await reachableFrom(services.db, project.id, named)
  if (reached.some(([of, other]) => of === 'cohort' && other === id))
    throw invalid('filters', 'A cohort cannot be made of itself, also not by way of other cohorts or of actions.')
  await requireNamed(ctx, named)
  return { ...plain, filters, refs: named }
}

/** Throws 400 `filters` if a cohort that the filters use does not exist. */
async function requireNamed({ services, project }: ProjectCtx, named: readonly (readonly unknown[])[]) {
  for (const [of, id] of named) {
    if (of !== 'cohort') continue
    const row = await findCohort(services.db, project.id, Number(id))
    if (!row || row.deleted) throw invalid('filters', `Cohort with ID ${id} does not exist.`, 'does_not_exist')
  }
}

/** Throws 400 `deleted` if another cohort uses this one. */
async function refuseWhenNamed({ services, project }: ProjectCtx, id: number) {
  const [outer] = await cohortsNaming(services.db, project.id, id)
  if (outer) throw invalid('deleted', `The cohort ${JSON.stringify(outer.name ?? outer.id)} is made of this one.`)
}

/**
 * The people that the body adds to a static cohort. Throws 400 if the cohort is not static, if an id is no uuid, or if
 * the file cannot be read.
 */
async function membersOf(
  { _create_static_person_ids: persons, csv: given }: Input,
  isStatic: boolean,
): Promise<Members> {
  const csv = given instanceof File ? checkInput(await given.text(), 'csv') : given
  if (!isStatic && persons?.length) throw invalid('_create_static_person_ids', 'This cohort is not static.')
  if (!isStatic && csv !== undefined) throw invalid('csv', 'This cohort is not static.')
  const wrong = persons?.findIndex((uuid) => !isUuid(uuid)) ?? -1
  if (wrong >= 0) throw invalid(`_create_static_person_ids__${wrong}`, 'Must be a valid UUID.')
  const { uuids, keys } = csv === undefined ? { uuids: [], keys: [] } : readMemberFile(csv)
  return { uuids: [...(persons ?? []), ...uuids], keys }
}
