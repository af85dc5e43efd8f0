import type { Project } from '../core/project.ts'
import { outdateProject } from '../records/projects.ts'
import type { Services } from '../services.ts'
import { findCaptureProject } from './find-project.ts'
import type { CapturedEvent } from './read/events.ts'
import { foldRequest } from './read/fold.ts'
import { refused } from './refused.ts'
import { writeCapture } from './write.ts'

/** The project of a token. Throws 401 if no project has the token (docs/decisions.md). */
export async function requireCaptureProject(services: Services, token: string): Promise<Project> {
  const project = await findCaptureProject(services, token)
  if (!project) throw refused(401, 'project token is not known')
  return project
}

/** Events as the texts of database calls. Callers drop the body and its JSON before they store: all three at once are too large. */
export interface PreparedCapture {
  readonly project: Project
  readonly calls: readonly string[]
}

export function prepareCapture(
  services: Services,
  project: Project,
  events: readonly CapturedEvent[],
): PreparedCapture {
  const calls = foldRequest(events, project.slotKeys, services.now())
  return { project, calls: calls.map((call) => JSON.stringify(call)) }
}

/** Stores events; returns when they are committed. Throws 503 or 504; then nothing is stored. */
export async function storeCapture(services: Services, { project, calls }: PreparedCapture): Promise<void> {
  if (calls.length === 0) return
  const configVersion = await writeCapture(services.engine, project.id, calls, services.env.STATEMENT_TIMEOUT_MS)
  if (configVersion === null) return
  // before the answer: the next query must be planned with the new types and slots
  await outdateProject(services, project, configVersion)
}
