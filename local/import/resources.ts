/** Takes definitions over: settings, actions, cohorts, variables, dashboards and insights. */
import { isObject, type Json } from '../../lib/core/json.ts'
import { type Api, RequestFailed } from './api.ts'
import { MissingReference, withNewIds } from './references.ts'
import type { Report } from './report.ts'
import type { Collection, State } from './state.ts'

export interface Import {
  readonly source: Api
  readonly destination: Api
  readonly state: State
  readonly report: Report
  readonly log: (line: string) => void
}

/** The given keys of an object that have a value. */
export const pick = (json: Json, ...keys: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(keys.filter((key) => json[key] != null).map((key) => [key, json[key]]))

export const nameOf = (item: Json): string => String(item.name || item.derived_name || item.short_id || item.id)

/**
 * Makes one thing in the destination, unless an earlier run did. `bodyOf` says what of; it may throw `MissingReference`.
 * What is refused stands in the report, and false comes back.
 */
export async function take(to: Import, collection: Collection, item: Json, bodyOf: () => Json): Promise<boolean> {
  const { state, report, destination } = to
  const what = collection.slice(0, -1).replaceAll('_', ' ')
  const name = nameOf(item)
  if (state.idOf(collection, item.id) === undefined) {
    try {
      const body = bodyOf()
      const id = String(item.id)
      state.saved.pending = { collection, id, name: String(body.name ?? '') }
      await state.save()
      // a failure that does not say whether it was made leaves the mark
      const made = await destination.create(`${collection}/`, body)
      state.saved.ids[collection][id] = made.id as number | string
    } catch (error) {
      if (!isRefusal(error)) throw error
      report.leave(what, name, error.message)
    }
    state.saved.pending = null
    await state.save()
    if (state.idOf(collection, item.id) === undefined) return false
  }
  report.take(`${what}s`)
  return true
}

const isRefusal = (error: unknown): error is Error =>
  error instanceof MissingReference || (error instanceof RequestFailed && error.status >= 400 && error.status < 500)

/**
 * What the last run was making when it ended may be there: it is the only one of its name that stands for nothing else.
 * To be called before anything is taken.
 */
export async function settlePending({ state, destination, report }: Import): Promise<void> {
  const { pending, ids } = state.saved
  if (!pending) return
  const { collection, id, name } = pending
  const known = new Set(Object.values(ids[collection]).map(String))
  const candidates: Json[] = []
  for await (const item of destination.items(`${collection}/`))
    if ((item.name ?? '') === name && !known.has(String(item.id))) candidates.push(item)
  if (candidates.length === 1) ids[collection][id] = candidates[0]?.id as number | string
  else if (candidates.length > 1) report.notes.push(`${collection} may have ${JSON.stringify(name)} twice`)
  state.saved.pending = null
  await state.save()
}

const SETTINGS = ['timezone', 'week_start_day', 'path_cleaning_filters']

/** The settings of the project that change numbers. `test_account_filters` name cohorts, so they come after these. */
export async function takeSettings({ source, destination, state, report, log }: Import): Promise<void> {
  if (state.saved.settingsTaken) return
  const project = await source.get('')
  try {
    const filters = withNewIds(project.test_account_filters ?? [], state.idOf)
    await destination.patch('', { ...pick(project, ...SETTINGS), test_account_filters: filters })
    state.saved.settingsTaken = true
    await state.save()
    log('settings of the project')
    report.take('settings of the project')
  } catch (error) {
    if (!isRefusal(error)) throw error
    report.leave('settings', 'of the project', error.message)
  }
}

export async function takeActions(to: Import): Promise<void> {
  for await (const item of to.source.items('actions/')) {
    const body = () => pick(item, 'name', 'description', 'tags', 'steps')
    if (!item.deleted) await take(to, 'actions', item, () => withNewIds(body(), to.state.idOf))
  }
}

/** Cohorts may be made of others: those whose parts are there come first, as long as any is taken. */
export async function takeCohorts(to: Import): Promise<void> {
  let waiting: Json[] = []
  for await (const item of to.source.items('cohorts/')) if (!item.deleted) waiting.push(item)
  while (waiting.length > 0) {
    const ready = waiting.filter((item) => item.is_static || isReady(to, item))
    for (const item of ready.length > 0 ? ready : waiting) await takeCohort(to, item)
    if (ready.length === 0) return
    waiting = waiting.filter((item) => !ready.includes(item))
  }
}

function isReady({ state }: Import, item: Json): boolean {
  try {
    withNewIds(item.filters ?? item.groups, state.idOf)
    return true
  } catch {
    return false
  }
}

async function takeCohort(to: Import, item: Json): Promise<void> {
  const isNew = to.state.idOf('cohorts', item.id) === undefined
  const members = item.is_static && isNew ? await membersOf(to.source, item.id) : []
  const named = pick(item, 'name', 'description')
  const taken = await take(to, 'cohorts', item, () =>
    item.is_static
      ? { ...named, is_static: true, ...(members.length > 0 && { csv: csvOf(members) }) }
      : { ...named, ...withNewIds(pick(item, item.filters ? 'filters' : 'groups'), to.state.idOf) },
  )
  if (!taken || members.length === 0) return
  const { count } = await to.destination.get(`cohorts/${to.state.idOf('cohorts', item.id)}/`)
  if (count !== members.length)
    to.report.notes.push(
      `static cohort ${JSON.stringify(nameOf(item))}: ${count} of its ${members.length} people are here, the others have no events`,
    )
}

/** One distinct id of each member. */
async function membersOf(source: Api, id: unknown): Promise<string[]> {
  const members: string[] = []
  for await (const { distinct_ids: ids } of source.items(`cohorts/${id}/persons/`))
    if (Array.isArray(ids) && ids[0] !== undefined) members.push(String(ids[0]))
  return members
}

const csvOf = (ids: readonly string[]) =>
  ['distinct_id', ...ids.map((id) => `"${id.replaceAll('"', '""')}"`), ''].join('\n')

export async function takeVariables(to: Import): Promise<void> {
  try {
    for await (const item of to.source.items('insight_variables/'))
      await take(to, 'insight_variables', item, () => pick(item, 'name', 'type', 'default_value', 'values'))
  } catch (error) {
    // servers before variables
    if (!(error instanceof RequestFailed) || error.status !== 404) throw error
  }
}

/** Whether a JSON value is an object with an id. */
export const hasId = (value: unknown): value is Json => isObject(value) && value.id != null
