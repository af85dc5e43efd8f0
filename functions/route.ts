import type { Context } from 'hono'
import type * as z from 'zod'
import type { Caller } from '../lib/access/caller.ts'
import type { Project } from '../lib/core/project.ts'
import type { Viewer } from '../lib/resources/insights/present.ts'
import type { Share } from '../lib/resources/sharing/shared.ts'
import type { Services } from '../lib/services.ts'
import type { AppEnv, RenderError } from './context.ts'

export type Method = 'get' | 'post' | 'patch' | 'put' | 'delete' | 'options'

/** `public`: no credentials; `any`: any valid key whatever its scopes; else the scope that a personal API key must have. */
export type RouteScope = 'public' | 'any' | `${string}:${'read' | 'write'}`

/** What a handler gets: everything parsed and authorised. `project` is set where the path has `:project_id`. */
export interface RouteInput<Query, Body> {
  readonly c: Context<AppEnv>
  readonly services: Services
  readonly params: Readonly<Record<string, string>>
  readonly query: Query
  readonly body: Body
  /** The body before validation. */
  readonly rawBody: Readonly<Record<string, unknown>>
  /** Set unless the scope is `public`. */
  readonly caller: Caller
  readonly project: Project
  /** What Redis holds of `records`, read together with the key and the project. */
  readonly records: readonly (string | null)[]
}

/** The same where a sharing token may stand in for a key: who is not there can be asked nothing. */
export type ReaderInput<Query, Body> = Omit<RouteInput<Query, Body>, 'caller'> &
  ({ readonly caller: Caller; readonly share: null } | { readonly caller: null; readonly share: Share })

/**
 * One endpoint as data; the one table in routes/index.ts holds them all, and scopes, validation, 405, the
 * `/api/environments` mirror, optional trailing slashes, `.json` suffixes and the OpenAPI document are read from it.
 * A handler returns a Response, or plain data that is sent as JSON with `status`.
 */
export type Route<Query = unknown, Body = unknown> = Endpoint<Query, Body> &
  (
    | { readonly shareable?: undefined; handler(input: RouteInput<Query, Body>): Promise<unknown> | unknown }
    /** `sharing_access_token` opens it, too. */
    | { readonly shareable: true; handler(input: ReaderInput<Query, Body>): Promise<unknown> | unknown }
  )

interface Endpoint<Query, Body> {
  readonly method: Method
  /** Hono pattern without a slash at the end, e.g. `/api/projects/:project_id/insights/:id`. */
  readonly path: string
  readonly scope: RouteScope
  readonly query?: z.ZodType<Query>
  readonly body?: z.ZodType<Body>
  /** The handler reads the body itself: capture, signed deliveries. */
  readonly rawBody?: true
  /** The body may be anything: nothing of it counts but a key. */
  readonly anyBody?: true
  /** Keys of Redis to read in the one call that reads the key and the project. */
  readonly records?: (params: Readonly<Record<string, string>>) => readonly string[]
  /** The request may run or enqueue a computation. */
  readonly computes?: boolean
  /** 200 unless given. */
  readonly status?: number
  /** For the OpenAPI document, where the path does not say it. */
  readonly summary?: string
  /** What the answer is. */
  readonly answer?: string
  /** The answer is a page: `limit` and `offset` choose it. */
  readonly paged?: boolean
  /** The answer has a table, which `format=csv` and the suffix `.csv` give. */
  readonly csv?: boolean
  /** Errors for people; undefined: the envelope. */
  readonly renderError?: RenderError
}

/** A typed route; the table holds routes of every type. */
export function route<Query = unknown, Body = unknown>(definition: Route<Query, Body>): Route {
  return definition as unknown as Route
}

/** Who looks at what the request shows. */
export const viewerOf = ({ caller, project }: { caller: Caller | null; project: Project }): Viewer => ({
  caller,
  organizationId: project.organizationId,
})
