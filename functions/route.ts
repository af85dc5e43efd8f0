import type { Context } from 'hono'
import type * as z from 'zod'
import type { KeyActor } from '../lib/core/actor.ts'
import type { AnswerName } from '../lib/resources/answers.ts'
import type { Ctx, ProjectCtx, ReaderCtx } from '../lib/resources/ctx.ts'
import type { AppEnv, RenderError } from './app-env.ts'

export type Method = 'get' | 'post' | 'patch' | 'put' | 'delete' | 'options'

/** `public`: no credentials; `any`: any valid key whatever its scopes; else the scope that a personal API key must have. */
export type RouteScope = 'public' | 'any' | `${string}:${'read' | 'write'}`

/** The context of a handler: everybody may call a public route, so it has no actor. */
export type PublicCtx = Pick<Ctx, 'services'>

type CtxOfPath<Path extends string> = Path extends `${string}/:project_id${string}`
  ? ProjectCtx<KeyActor>
  : Ctx<KeyActor>

/** The parsed and authorised request, without its context. */
interface Parsed<Query, Body> {
  readonly c: Context<AppEnv>
  readonly params: Readonly<Record<string, string>>
  readonly query: Query
  readonly body: Body
  /** The body before validation. */
  readonly rawBody: Readonly<Record<string, unknown>>
  /** The texts of the Redis records that the route names, read together with the key and the project. */
  readonly records: readonly (string | null)[]
}

/**
 * The input of a handler. Its context says who may call: `PublicCtx`, `Ctx<KeyActor>` (the path names no project),
 * `ProjectCtx<KeyActor>` (it does) or `ReaderCtx` (the route is `shareable`).
 */
export interface RouteInput<Query = unknown, Body = unknown, C = ProjectCtx<KeyActor>> extends Parsed<Query, Body> {
  readonly ctx: C
}

/**
 * One endpoint as data. The one table in routes/index.ts holds them all; scopes, validation, 405, the
 * `/api/environments` mirror, optional trailing slashes, `.json` suffixes and the OpenAPI document are read from it.
 * A handler returns a Response, or plain data that is sent as JSON with `status`, or nothing where the answer is null.
 */
export interface Route extends Endpoint {
  readonly scope: RouteScope
  /** `sharing_access_token` opens it, too. */
  readonly shareable?: true
  handler(input: Parsed<unknown, unknown> & { readonly ctx: PublicCtx & Partial<ReaderCtx> }): unknown
}

/** The name of a JSON answer's schema; null: no body, or a text. */
type Content = AnswerName | null
/** The answer that has the route's status, or the answers by their status, and by their media type where it is not JSON. */
export type Answer = Content | Readonly<Record<number, Content | Readonly<Record<string, Content>>>>

interface Endpoint<Query = unknown, Body = unknown> {
  readonly method: Method
  /** Hono pattern without a slash at the end, e.g. `/api/projects/:project_id/insights/:id`. */
  readonly path: string
  readonly query?: z.ZodType<Query>
  readonly body?: z.ZodType<Body>
  /** The handler reads the body itself: capture, signed deliveries. */
  readonly rawBody?: true
  /** The body may be anything: only a key in it counts. */
  readonly anyBody?: true
  /** Keys of Redis to read in the one call that reads the key and the project. */
  readonly records?: (params: Readonly<Record<string, string>>) => readonly string[]
  /** The request may run or enqueue a computation. */
  readonly computes?: boolean
  /** The status of `answer`; 200 unless given, 204 for DELETE. */
  readonly status?: number
  /** One phrase that begins with a verb. */
  readonly summary: string
  readonly answer: Answer
  /** Errors of a form of their own, which come beside those of the envelope. */
  readonly errors?: AnswerName
  /** The answer is a page: `limit` and `offset` choose it. */
  readonly paged?: boolean
  /** The answer has a table, which `format=csv` and the suffix `.csv` give. */
  readonly csv?: boolean
  /** Errors for people; undefined: the envelope. */
  readonly renderError?: RenderError
}

/** Exactly one of these says who may call, and so what the handler is given. */
type Door<Path extends string, Query, Body> =
  | {
      readonly scope: 'public'
      readonly shareable?: undefined
      readonly handler: (input: RouteInput<Query, Body, PublicCtx>) => unknown
    }
  | {
      readonly scope: Exclude<RouteScope, 'public'>
      readonly shareable?: undefined
      readonly handler: (input: RouteInput<Query, Body, CtxOfPath<Path>>) => unknown
    }
  | {
      readonly scope: Exclude<RouteScope, 'public'>
      readonly shareable: true
      readonly handler: (input: RouteInput<Query, Body, ReaderCtx>) => unknown
    }

/** A typed route. The table holds routes of every type; `serveRoute` gives each handler the input that its type says. */
export function route<const Path extends string, Query = unknown, Body = unknown>(
  definition: Endpoint<Query, Body> & { readonly path: Path } & Door<Path, Query, Body>,
): Route {
  return definition as unknown as Route
}

/** The status of the one answer of a route. */
export const statusOf = ({ status, method }: Pick<Route, 'status' | 'method'>): number =>
  status ?? (method === 'delete' ? 204 : 200)
