import type { Project } from '../core/project.ts'
import type { Services } from '../services.ts'
import { type Entry, outdateRecords, recordKey } from './records.ts'

/** `config_version` moves with every change of what the record holds. */
export const projectRecord = (project: Project): Entry => ({
  key: recordKey.project(project.id),
  version: project.configVersion,
  value: project,
})

/** The same by the token that events are sent with. */
export const tokenRecord = (project: Project): Entry => ({
  ...projectRecord(project),
  key: recordKey.token(project.apiToken),
})

/**
 * After a change that says of the project only which `config_version` it has now: who asks next reads it from Postgres,
 * as what is known of the rest may be older. Every isolate makes its plans anew.
 */
export const outdateProject = (services: Services, { id, apiToken }: Project, configVersion: number): Promise<void> =>
  outdateRecords(services, [recordKey.project(id), recordKey.token(apiToken)], configVersion)
