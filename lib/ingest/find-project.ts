import type { Project } from '../core/project.ts'
import { tokenRecord } from '../records/projects.ts'
import { readRecord } from '../records/read.ts'
import { recordKey } from '../records/record.ts'
import { fillRecords, rememberMiss } from '../records/write.ts'
import type { Services } from '../services.ts'
import { findProjectByToken } from '../store/projects.ts'

const KEPT_MS = 60_000
const KEPT_TOKENS = 1_000
/** Any prefix: a project may keep a token that was made elsewhere. */
const TOKEN = /^[\w-]{16,128}$/
const kept = new Map<string, { readonly project: Project; readonly until: number }>()

/** The project of a token: from the isolate, else from Redis, else from Postgres. Undefined for an unknown token. */
export async function findCaptureProject(services: Services, token: string): Promise<Project | undefined> {
  if (!TOKEN.test(token)) return undefined
  const now = services.now().getTime()
  const known = kept.get(token)
  if (known && known.until > now) return known.project
  const key = recordKey.token(token)
  const record = await readRecord<Project>(services, key)
  if (record === 'gone') return undefined
  const project = record ? record.value : await findProjectByToken(services.db, token)
  if (!project) rememberMiss(services, key)
  if (!project) return undefined
  if (!record) fillRecords(services, [tokenRecord(project)])
  if (kept.size >= KEPT_TOKENS) kept.clear()
  kept.set(token, { project, until: now + KEPT_MS })
  return project
}
