import type { Context } from 'hono'
import type * as z from 'zod/mini'
import type { KeyActor, ViewerActor } from '../lib/core/actor.ts'
import type { ReadBefore } from '../lib/refresh/lookup.ts'
import type { AnswerName } from '../lib/resources/answers.ts'
import type { Ctx, ProjectCtx, ReaderCtx, ViewedCtx } from '../lib/resources/ctx.ts'
import type { AppEnv, RenderError } from './app-env.ts'

export type Method = 'get' | 'post' | 'patch' | 'put' | 'delete' | 'options'

/**
 * `public`: no credentials; `any`: any valid key whatever its scopes; else the scope that a personal API key must have.
 */
export type RouteScope = 'public' | 'any' | `${string}:${'read' | 'write'}`

/** Parameters of the path or of the query string, as texts. */
export type Params = Readonly<Record<string, string>>

/** The context of a public route, which has no actor: everybody may call it. */
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
  /** The parsed body before validation. */
  readonly rawBody: Readonly<Record<string, unknown>>
  /** What was read in the same call as the records of the API key: the texts under the keys of `records`, null where there is none. */
  readonly read: ReadBefore
}

/**
 * The input of a handler. Its context says who may call: `PublicCtx`, `Ctx<KeyActor>` (the path names no project),
 * `ProjectCtx<KeyActor>` (it does), `ViewedCtx` (the route is `viewable`) or `ReaderCtx` (it is `shareable` too).
 */
export interface RouteInput<Query = unknown, Body = unknown, C = ProjectCtx<KeyActor>> extends Parsed<Query, Body> {
  readonly ctx: C
}

/**
 * One endpoint as data; routes/index.ts lists all of them. The list decides scopes, validation, 405, the mirror
 * `/api/environments`, optional trailing slashes, `.json` suffixes and the OpenAPI document. A handler returns a
 * Response, plain data, which is sent as JSON with `status`, or nothing if `answer` is null.
 */
export interface Route extends Endpoint {
  readonly scope: RouteScope
  /** A request may have a `sharing_access_token` in place of a key. */
  readonly shareable?: true
  /** A viewer's token opens it, in place of a key. */
  readonly viewable?: true
  handler(input: Parsed<unknown, unknown> & { readonly ctx: PublicCtx & Partial<ReaderCtx> }): unknown
}

/** The name of the schema of a JSON answer; null: the answer has no body or is a text. */
type Content = AnswerName | null
/**
 * The answer with the route's `status`; or answers by status; or, for media types other than JSON, by status and media
 * type.
 */
export type Answer = Content | Readonly<Record<number, Content | Readonly<Record<string, Content>>>>

interface Endpoint<Query = unknown, Body = unknown> {
  readonly method: Method
  /** Hono pattern without a slash at the end, e.g. `/api/projects/:project_id/insights/:id`. */
  readonly path: string
  readonly query?: z.ZodMiniType<Query>
  readonly body?: z.ZodMiniType<Body>
  /** The handler reads the body itself, as capture and deliveries do; `body` is for the OpenAPI document then. */
  readonly rawBody?: true
  /** The body is ignored, except for a personal API key in it. */
  readonly anyBody?: true
  /** Keys of Redis that are read in the same call as the records of the API key and the project. */
  readonly records?: (params: Params, query: Params, viewer?: ViewerActor) => readonly string[]
  /** The request may run or enqueue a computation. */
  readonly computes?: boolean
  /** The status of `answer`; 200 unless given, 204 for DELETE. */
  readonly status?: number
  /** One phrase that begins with a verb, for the OpenAPI document. */
  readonly summary: string
  readonly answer: Answer
  /** The schema of errors that are not in the usual envelope. */
  readonly errors?: AnswerName
  /** The answer is a page of a list, chosen by `limit` and `offset`. */
  readonly paged?: boolean
  /** The answer is also available as CSV, with `format=csv` or the suffix `.csv`. */
  readonly csv?: boolean
  /** Clients keep the answer: it has an `ETag`, and a 304 answers whoever has it. */
  readonly kept?: boolean
  /** Pages of any origin may read the answer, whoever asks. */
  readonly crossOrigin?: boolean
  /** Rows of any number are available as a file, with `format=csv` or `format=jsonl`. */
  readonly exports?: boolean
  /** Renders errors in another form than the envelope. */
  readonly renderError?: RenderError
}

/** The kinds of access: everybody, or a key, and besides a viewer's token and a sharing token. Each decides the context of the handler. */
type Door<Path extends string, Query, Body> =
  | {
      readonly scope: 'public'
      readonly shareable?: undefined
      readonly viewable?: undefined
      readonly handler: (input: RouteInput<Query, Body, PublicCtx>) => unknown
    }
  | {
      readonly scope: Exclude<RouteScope, 'public'>
      readonly shareable?: undefined
      readonly viewable?: undefined
      readonly handler: (input: RouteInput<Query, Body, CtxOfPath<Path>>) => unknown
    }
  | {
      readonly scope: Exclude<RouteScope, 'public'>
      readonly shareable?: undefined
      readonly viewable: true
      readonly handler: (input: RouteInput<Query, Body, ViewedCtx>) => unknown
    }
  | {
      readonly scope: Exclude<RouteScope, 'public'>
      readonly shareable: true
      readonly viewable: true
      readonly handler: (input: RouteInput<Query, Body, ReaderCtx>) => unknown
    }

/** Declares a route, with the types of its input. `serveRoute` gives the handler the input that the types promise. */
export function route<const Path extends string, Query = unknown, Body = unknown>(
  definition: Endpoint<Query, Body> & { readonly path: Path } & Door<Path, Query, Body>,
): Route {
  return definition as unknown as Route
}

/** The status of a successful answer. */
export const statusOf = ({ status, method }: Pick<Route, 'status' | 'method'>): number =>
  status ?? (method === 'delete' ? 204 : 200)
