import type { Caller } from '../../access/caller.ts'
import { invalid, notFound } from '../../core/errors.ts'
import { isUuid, readId } from '../../core/ids.ts'
import type { Project } from '../../core/project.ts'
import { filtersOfGroups, parseCohortFilters } from '../../nodes/cohort.ts'
import { checkCohort } from '../../plan/cohort.ts'
import { referencePairs } from '../../plan/context.ts'
import { cohortReferences } from '../../plan/references.ts'
import type { Services } from '../../services.ts'
import {
  type CohortChanges,
  type CohortRow,
  cohortsNaming,
  findCohort,
  insertCohort,
  reachableFrom,
  updateCohort,
} from '../../store/cohorts.ts'
import { enqueueCohorts, publishConfig } from './calculate.ts'
import { type Members, readMemberFile } from './member-file.ts'

export interface CohortInput {
  readonly name?: string | null
  readonly description?: string
  readonly filters?: unknown
  readonly groups?: readonly unknown[]
  readonly is_static?: boolean
  readonly deleted?: boolean
  /** Uuids of persons that become members of a static cohort. */
  readonly persons?: readonly string[]
  /** A file of such persons. */
  readonly csv?: string
}

/** Throws 400 for filters that cannot be and for members of a cohort that is not static. */
export async function createCohort(services: Services, project: Project, caller: Caller, input: CohortInput) {
  const isStatic = input.is_static ?? false
  const changes = await changesOf(services, project, null, input, isStatic)
  if (!isStatic && !changes.filters) throw invalid('filters', 'A cohort that is not static needs filters.', 'required')
  const members = membersOf(input, isStatic)
  const id = await insertCohort(services.db, project.id, caller.userId, {
    ...changes,
    is_static: isStatic,
    ...(isStatic ? { count: 0 } : { is_calculating: true }),
  })
  if (isStatic) await add(services, project, id, members)
  else await enqueueCohorts(services, [{ projectId: project.id, cohortId: id, version: 1 }])
  return requireCohortRow(services, project, String(id))
}

/** Fields that are not given keep their value; new filters are calculated in the background. */
export async function changeCohort(services: Services, project: Project, ref: string, input: CohortInput) {
  const row = await requireCohortRow(services, project, ref, { deleted: input.deleted === false })
  if (input.is_static !== undefined && input.is_static !== row.is_static)
    throw invalid('is_static', 'A cohort cannot be changed from static to dynamic or back.')
  if (input.deleted) await refuseWhenNamed(services, project, row.id)
  const changes = await changesOf(services, project, row.id, input, row.is_static)
  const members = membersOf(input, row.is_static)
  const recalculate = changes.filters !== undefined || (!row.is_static && row.deleted && input.deleted === false)
  if (Object.keys(changes).length > 0) {
    const configVersion = await updateCohort(services.db, project.id, row.id, changes, recalculate)
    await publishConfig(services, project, configVersion)
  }
  if (members.uuids.length + members.keys.length > 0) await add(services, project, row.id, members)
  const changed = await requireCohortRow(services, project, ref, { deleted: true })
  const { pending_version: version } = changed
  if (recalculate) await enqueueCohorts(services, [{ projectId: project.id, cohortId: row.id, version }])
  return changed
}

/** Throws 404 for a cohort that is not there, or is deleted. */
export async function requireCohortRow(
  { db }: Services,
  project: Project,
  ref: string,
  also = { deleted: false },
): Promise<CohortRow> {
  const id = readId(ref)
  const row = id === undefined ? undefined : await findCohort(db, project.id, id)
  if (!row || (row.deleted && !also.deleted)) throw notFound()
  return row
}

async function add(services: Services, project: Project, id: number, members: Members) {
  const timeoutMs = services.env.STATEMENT_TIMEOUT_MS
  const configVersion = await services.engine.cohortMembers.add(project.id, id, members, { timeoutMs })
  await publishConfig(services, project, configVersion)
}

async function changesOf(
  services: Services,
  project: Project,
  id: number | null,
  input: CohortInput,
  isStatic: boolean,
): Promise<CohortChanges> {
  const { name, description, deleted, groups } = input
  const given = { name, description, deleted, groups }
  const plain = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
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
  await requireNamed(services, project, named)
  return { ...plain, filters, refs: named }
}

/** Throws 400 for a cohort that is named and is not there. */
async function requireNamed(services: Services, project: Project, named: readonly (readonly unknown[])[]) {
  for (const [of, id] of named) {
    if (of !== 'cohort') continue
    const row = await findCohort(services.db, project.id, Number(id))
    if (!row || row.deleted) throw invalid('filters', `Cohort with ID ${id} does not exist.`, 'does_not_exist')
  }
}

async function refuseWhenNamed({ db }: Services, project: Project, id: number) {
  const [outer] = await cohortsNaming(db, project.id, id)
  if (outer) throw invalid('deleted', `The cohort ${JSON.stringify(outer.name ?? outer.id)} is made of this one.`)
}

function membersOf({ persons, csv }: CohortInput, isStatic: boolean): Members {
  if (!isStatic && persons?.length) throw invalid('_create_static_person_ids', 'This cohort is not static.')
  if (!isStatic && csv !== undefined) throw invalid('csv', 'This cohort is not static.')
  const wrong = persons?.findIndex((uuid) => !isUuid(uuid)) ?? -1
  if (wrong >= 0) throw invalid(`_create_static_person_ids__${wrong}`, 'Must be a valid UUID.')
  const { uuids, keys } = csv === undefined ? { uuids: [], keys: [] } : readMemberFile(csv)
  return { uuids: [...(persons ?? []), ...uuids], keys }
}
