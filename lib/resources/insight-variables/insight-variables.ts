/** Variables of a project: values that SQL texts read as `{variables.code_name}` (docs/hogql.md 10). */
import * as z from 'zod/mini'
import type { KeyActor } from '../../core/actor.ts'
import { sqlState } from '../../core/database-error.ts'
import { invalid, notFound } from '../../core/errors.ts'
import { isUuid } from '../../core/ids.ts'
import { withoutUndefined } from '../../core/json.ts'
import { checkVariableValue, codeNameOf, VARIABLE_TYPES, type VariableKind } from '../../nodes/variable.ts'
import { outdateProject } from '../../records/projects.ts'
import * as store from '../../store/insight-variables.ts'
import { MAX_VARIABLES, type VariableRow } from '../../store/insight-variables.ts'
import type { ProjectCtx } from '../ctx.ts'
import { choice, list, nullable, text } from '../fields.ts'
import { type Page, pageOf } from '../page.ts'

const name = text(400, { blank: false })
const type = choice(VARIABLE_TYPES)
const fields = {
  default_value: z.optional(z.unknown()),
  values: z.optional(nullable(list(z.union([z.string().check(z.maxLength(1_000)), z.number(), z.boolean()])))),
}
export const newVariableBody = z.object({ name, type, ...fields })
export const variableBody = z.object({ name: z.optional(name), type: z.optional(type), ...fields })

type Ctx = ProjectCtx<KeyActor>

const present = ({ id, name, code_name, type, default_value, values, created_by, created_at }: VariableRow) => ({
  id,
  name,
  code_name,
  type,
  default_value,
  values,
  created_by,
  created_at,
})

export async function listInsightVariables({ services, project }: Ctx, page: Page) {
  return pageOf((await store.listVariables(services.db, project.id)).map(present), page)
}

/** A variable as the API shows it. Throws 404 if there is none. */
export const readVariable = async (ctx: Ctx, id: string) => present(await requireVariable(ctx, id))

async function requireVariable({ services, project }: Ctx, id: string): Promise<VariableRow> {
  const row = isUuid(id) ? await store.findVariable(services.db, project.id, id) : undefined
  if (!row) throw notFound()
  return row
}

/**
 * Stores a new variable, whose code name is made of its name. Throws 400 if another one has the code name, or if the
 * default is no value of its type.
 */
export async function createVariable(ctx: Ctx, input: z.infer<typeof newVariableBody>) {
  const { services, project, actor } = ctx
  const code_name = codeNameOf(input.name)
  if (code_name === '') throw invalid('name', 'The name has no letter and no digit.')
  const values = { ...withoutUndefined(input), name: input.name, code_name, default_value: checkedDefault(input) }
  const { row, version } = await store.insertVariable(services.db, project.id, actor.userId, values).catch(refuse)
  if (!row) throw invalid(null, `A project has ${MAX_VARIABLES} variables at most.`, 'limit_reached')
  await outdateProject(services, project, version)
  return present(row)
}

/** Changes the given fields; the code name stays, since texts have it. Throws 404, and 400 as `createVariable`. */
export async function changeVariable(ctx: Ctx, id: string, input: z.infer<typeof variableBody>) {
  const { services, project } = ctx
  const old = await requireVariable(ctx, id)
  const changes = withoutUndefined(input)
  const default_value = checkedDefault({ ...old, ...changes })
  const changed = await store.updateVariable(services.db, project.id, id, { ...changes, default_value })
  await outdateProject(services, project, changed.version)
  if (!changed.row) throw notFound()
  return present(changed.row)
}

/** Deletes a variable: queries that name it are a 400 from then on. Throws 404 if there is none. */
export async function removeVariable(ctx: Ctx, id: string): Promise<void> {
  const { services, project } = ctx
  await requireVariable(ctx, id)
  const { version } = await store.deleteVariable(services.db, project.id, id)
  await outdateProject(services, project, version)
}

interface WithDefault {
  readonly type: VariableKind['type']
  readonly default_value?: unknown
  readonly values?: readonly unknown[] | null | undefined
}

const checkedDefault = ({ type, default_value: value, values = null }: WithDefault): unknown =>
  value === undefined || value === null
    ? null
    : checkVariableValue({ type, values }, value, (detail) => invalid('default_value', detail))

function refuse(error: unknown): never {
  if (sqlState(error) === '23505') throw invalid('name', 'Variable with name already exists', 'unique')
  throw error
}
