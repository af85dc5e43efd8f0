import type { Project } from '../core/project.ts'
import type { Services } from '../services.ts'
import { type RecordEntry, recordKey } from './record.ts'
import { outdateRecords } from './write.ts'

/**
 * The record of a project under its id. Its version is `config_version`, which rises with every change of the project.
 */
export const projectRecord = (project: Project): RecordEntry => ({
  key: recordKey.project(project.id),
  version: project.configVersion,
  value: project,
})

/** The record of a project under the token that events are sent with. */
export const tokenRecord = (project: Project): RecordEntry => ({
  ...projectRecord(project),
  key: recordKey.token(project.apiToken),
})

/**
 * Marks the records of a project as outdated after its `config_version` has risen. The next reader asks Postgres,
 * because the rest of the project may have changed too, and every isolate plans its queries anew.
 */
export const outdateProject = (services: Services, { id, apiToken }: Project, configVersion: number): Promise<void> =>
  outdateRecords(services, [recordKey.project(id), recordKey.token(apiToken)], configVersion)
