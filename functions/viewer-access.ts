import type { Context } from 'hono'
import type { ViewerActor } from '../lib/core/actor.ts'
import { notFound, permissionDenied } from '../lib/core/errors.ts'
import { readId } from '../lib/core/ids.ts'
import { beginHolding, heldUnder } from '../lib/records/held.ts'
import { readTexts, type Texts } from '../lib/records/read.ts'
import { isRecordKey, parseRecord, recordKey } from '../lib/records/record.ts'
import { fillRecords } from '../lib/records/write.ts'
import type { HeldLookup, ReadBefore } from '../lib/refresh/lookup.ts'
import { claimedViewer, openToken, readToken } from '../lib/resources/viewers/open.ts'
import { type Access, loadProject } from './access.ts'
import type { AppEnv } from './app-env.ts'
import type { Params, Route } from './route.ts'

/** What the isolate holds of a request: the texts of records, and the look-up of its result. */
interface HeldRead {
  readonly texts: Texts
  readonly found: HeldLookup
}

/**
 * The access of a viewer's token. Throws 401 that says what is wrong with the token, 403 for a route that no token opens,
 * 404 for a path that names no project.
 */
export async function enterAsViewer(route: Route, c: Context<AppEnv>, params: Params, text: string): Promise<Access> {
  const services = c.get('services')
  const token = readToken(text)
  if (params.project_id === undefined) throw nothingElse()
  const projectId = readId(params.project_id)
  if (projectId === undefined) throw notFound('Project not found.')
  const secretsKey = recordKey.viewerSecrets(projectId)
  const projectKey = recordKey.project(projectId)
  const claimed = claimedViewer(projectId, token)
  const keys = [secretsKey, projectKey, ...recordsOf(route, c, params, claimed)]
  const { texts, ...holding } = await readHeld(c, text, keys)
  const { viewer, fill } = await openToken(services, projectId, text, token, parseRecord(texts.get(secretsKey)))
  if (!route.viewable) throw nothingElse()
  const { project, fill: projectFill } = await loadProject(services, projectId, parseRecord(texts.get(projectKey)))
  if (!project) throw notFound('Project not found.')
  fillRecords(
    services,
    [fill, projectFill].filter((entry) => entry !== undefined),
  )
  return { actor: viewer, project, read: { texts, ...holding } }
}

const nothingElse = () =>
  permissionDenied('A viewer token opens the insights and dashboards that it names, to read them, and nothing else.')

const recordsOf = (route: Route, c: Context<AppEnv>, params: Params, viewer: ViewerActor): readonly string[] =>
  (route.viewable && route.records?.(params, c.req.query(), viewer)) || []

/** What the isolate holds of the same request with the same token, else what Redis has under the keys. */
async function readHeld(c: Context<AppEnv>, token: string, keys: readonly string[]): Promise<ReadBefore> {
  const services = c.get('services')
  const now = services.now().getTime()
  const { pathname, search } = new URL(c.req.url)
  const name = `viewer ${token} ${pathname}${search}`
  const held = heldUnder<HeldRead>(name, now)
  if (held) return { texts: held.texts, held: held.found }
  const hold = beginHolding(now)
  const texts = await readTexts(services, keys)
  const records = keys.filter(isRecordKey)
  return {
    texts,
    hold(found) {
      const kept = new Map(records.map((key) => [key, texts.get(key) ?? null]))
      // what Postgres was asked for would be asked for again
      if ([...kept.values()].includes(null)) return
      const weight = [name, ...kept.values()].reduce((sum, text) => sum + (text?.length ?? 0), 0)
      const value: HeldRead = { texts: kept, found }
      hold(name, [...records, found.key], value, weight + (found.lookup.entry?.results.weight ?? 0))
    },
  }
}
