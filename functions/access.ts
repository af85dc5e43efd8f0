import type { KeyActor } from '../lib/core/actor.ts'
import type { Project } from '../lib/core/project.ts'
import { projectRecord } from '../lib/records/projects.ts'
import type { RecordEntry, Recorded } from '../lib/records/record.ts'
import type { ReadBefore } from '../lib/refresh/lookup.ts'
import type { OpenLink, OpenViewer } from '../lib/resources/ctx.ts'
import type { Services } from '../lib/services.ts'
import { findProject } from '../lib/store/projects.ts'

/** Who acts, where, and what was read to find out. */
export interface Access {
  readonly actor: KeyActor | OpenLink | OpenViewer
  /** Undefined if the path has no `:project_id`. */
  readonly project?: Project
  readonly read: ReadBefore
}

/** A project from its record, else from Postgres; `fill` is then the record to write. */
export async function loadProject(
  services: Services,
  id: number,
  recorded: Recorded<Project>,
): Promise<{ project: Project | undefined; fill?: RecordEntry }> {
  if (recorded === 'gone') return { project: undefined }
  if (recorded) return { project: recorded.value }
  const project = await findProject(services.db, id)
  return project ? { project, fill: projectRecord(project) } : { project }
}
