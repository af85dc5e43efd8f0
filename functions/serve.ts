/** Serves a request by its route: body, key, project, scope, validation, handler, answer, in this order. */
import type { Context } from 'hono'
import { projectNotFound, requireProject, requireScope } from '../lib/access/authorize.ts'
import { Bounded } from '../lib/core/bounded.ts'
import { notAuthenticated, notFound, sharingRefused } from '../lib/core/errors.ts'
import { readId } from '../lib/core/ids.ts'
import { checkInput, isStorable } from '../lib/core/input.ts'
import { looksLikeJwt } from '../lib/core/jwt.ts'
import type { Project } from '../lib/core/project.ts'
import { readTexts } from '../lib/records/read.ts'
import { parseRecord, type RecordEntry, recordKey } from '../lib/records/record.ts'
import { fillRecords } from '../lib/records/write.ts'
import type { ReadBefore } from '../lib/refresh/lookup.ts'
import { authenticate, bearerOf, findCredentials } from '../lib/resources/authenticate.ts'
import { parseInput } from '../lib/resources/fields.ts'
import { misplacedKey } from '../lib/resources/misplaced-key.ts'
import { readShare } from '../lib/resources/sharing/shared.ts'
import type { Services } from '../lib/services.ts'
import { type Access, loadProject } from './access.ts'
import type { AppEnv } from './app-env.ts'
import { type Body, readBody, UNKNOWN_LIMIT } from './body.ts'
import { openToPages } from './cors.ts'
import { answerAsCsv, jsonResponse, wantsCsv } from './format.ts'
import { type Params, type Route, statusOf } from './route.ts'
import { enterAsViewer } from './viewer-access.ts'

/** Most characters that a parameter of the path may have. */
const MAX_ID = 200

/** Answers a request that matches the route. Throws `ApiError`; the app makes the envelope. */
export async function serveRoute(route: Route, c: Context<AppEnv>): Promise<Response> {
  const services = c.get('services')
  const params: Params = c.req.param()
  if (Object.values(params).some((value) => value.length > MAX_ID || !isStorable(value))) throw notFound()
  const { read = NOTHING, body, ...access } = await enter(route, c, params)
  const csv = route.scope !== 'public' && wantsCsv(c, route)
  const { project } = access
  const parsed = {
    c,
    // records and links are of the number that `@current` stands for
    params: project && params.project_id !== undefined ? { ...params, project_id: String(project.id) } : params,
    query: parseInput(route.query, checkInput(c.req.query())),
    body: parseInput(route.body, body),
    rawBody: body,
    read,
  }
  const answer = await route.handler({ ...parsed, ctx: { services, ...access } })
  if (answer instanceof Response) return answer
  if (route.answer === null) return c.body(null, statusOf(route) as 200)
  if (csv) return answerAsCsv(c, answer)
  return jsonResponse(c, answer, statusOf(route))
}

/**
 * Authorises the request and reads its body. If the key may be in the body, the body is read first, up to 64 KB. An
 * error in such a body is thrown after the authorisation, so that a request without a valid key gets 401.
 */
async function enter(
  route: Route,
  c: Context<AppEnv>,
  params: Params,
): Promise<Partial<Access> & { readonly body: Body }> {
  const hasBody = !route.rawBody && c.req.method !== 'GET' && c.req.method !== 'HEAD'
  const isPublic = route.scope === 'public'
  const early = hasBody && (isPublic || !bringsCredentials(c)) ? await attempt(readBody(c, UNKNOWN_LIMIT)) : undefined
  const fields = early && 'value' in early ? early.value : {}
  const access = isPublic ? undefined : await checkAccess(route, c, params, fields)
  if (!hasBody) return { ...access, body: {} }
  if (route.anyBody) return { ...access, body: fields }
  if (!early) return { ...access, body: await readBody(c) }
  if ('error' in early) throw early.error
  return { ...access, body: early.value }
}

const isUnread = ({ req }: Context<AppEnv>): boolean =>
  (req.method === 'GET' || req.method === 'HEAD') && Number(req.header('content-length') ?? 0) > 0

type Attempt<T> = { readonly value: T } | { readonly error: unknown }

const attempt = <T>(work: Promise<T>): Promise<Attempt<T>> =>
  work.then(
    (value) => ({ value }),
    (error) => ({ error }),
  )

/** Whether the header or the query string has credentials. */
const bringsCredentials = (c: Context<AppEnv>): boolean =>
  bearerOf(c.req.header('authorization')) !== undefined ||
  !!c.req.query('personal_api_key') ||
  !!c.req.query('sharing_access_token')

const NOTHING: ReadBefore = { texts: new Map() }

/** What `@current` meant for a key when the isolate read it last: a guess. In characters. */
const currentProjects = new Bounded<number>(256 * 1024)
const KEY_WEIGHT = 200

async function checkAccess(route: Route, c: Context<AppEnv>, params: Params, fields: Body): Promise<Access> {
  const services = c.get('services')
  const bearer = bearerOf(c.req.header('authorization'))
  if (bearer !== undefined && looksLikeJwt(bearer)) {
    openToPages(c)
    return enterAsViewer(route, c, params, bearer)
  }
  const credentials = await findCredentials(c.req.header('authorization'), fields, (name) => c.req.query(name))
  const sharingToken = c.req.query('sharing_access_token')
  if (!credentials && sharingToken) {
    if (route.shareable) openToPages(c)
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD')
      throw sharingRefused('Sharing access token can only be used for GET requests.')
    if (route.shareable) return openShare(services, sharingToken, params.project_id)
  }
  const secureValue = credentials?.secureValue
  const keyRecord = secureValue ? [recordKey.caller(secureValue)] : []
  if (!credentials) throw notAuthenticated(misplacedKey((name) => c.req.header(name), isUnread(c)))
  // a malformed key is refused without a call
  if (!secureValue) await authenticate(services, credentials, undefined)
  const isCurrent = params.project_id === '@current'
  const guess = isCurrent ? currentProjects.get(secureValue ?? '') : readId(params.project_id)
  const recordsOf = (id: number | undefined) =>
    id === undefined
      ? []
      : [recordKey.project(id), ...(route.records?.({ ...params, project_id: String(id) }, c.req.query()) ?? [])]
  let texts = await readTexts(services, [...keyRecord, ...recordsOf(guess)])
  const { caller, fill } = await authenticate(services, credentials, parseRecord(texts.get(keyRecord[0] ?? '')))
  const fills: RecordEntry[] = fill ? [fill] : []
  let project: Project | undefined
  if (params.project_id !== undefined) {
    const id = isCurrent ? (caller.currentProjectId ?? undefined) : guess
    if (id === undefined) throw projectNotFound(params.project_id)
    if (id !== guess) texts = await readTexts(services, recordsOf(id))
    if (isCurrent) currentProjects.set(secureValue ?? '', id, KEY_WEIGHT)
    const found = await loadProject(services, id, parseRecord(texts.get(recordKey.project(id))))
    project = requireProject(caller, found.project, params.project_id)
    if (found.fill) fills.push(found.fill)
  }
  fillRecords(services, fills)
  if (route.scope !== 'any') requireScope(caller, route.scope)
  return { actor: caller, ...(project && { project }), read: { texts } }
}

/** The access of a sharing token. Throws 403 if the token is unknown or off, 404 if the path names another project. */
async function openShare(services: Services, token: string, projectId: string | undefined): Promise<Access> {
  const link = await readShare(services, token)
  if (!link) throw sharingRefused('Sharing access token is invalid.')
  const { actor, project } = link.ctx
  if (String(project.id) !== projectId) throw notFound()
  return { actor, project, read: link.read }
}
