import type { Project } from '../core/project.ts'
import type { Services } from '../services.ts'
import { type RecordEntry, recordKey } from './record.ts'
import { outdateRecords } from './write.ts'

/** `config_version` moves with every change of what the record holds. */
export const projectRecord = (project: Project): RecordEntry => ({
  key: recordKey.project(project.id),
  version: project.configVersion,
  value: project,
})

/** The same by the token that events are sent with. */
export const tokenRecord = (project: Project): RecordEntry => ({
  ...projectRecord(project),
  key: recordKey.token(project.apiToken),
})

/**
 * After a change that tells only which `config_version` the project has now: the next reader asks Postgres, as the rest
 * of the project may have changed too. Every isolate makes its plans anew.
 */
export const outdateProject = (services: Services, { id, apiToken }: Project, configVersion: number): Promise<void> =>
  outdateRecords(services, [recordKey.project(id), recordKey.token(apiToken)], configVersion)
