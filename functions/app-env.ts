import type { Context } from 'hono'
import type { ApiError } from '../lib/core/errors.ts'
import type { Services } from '../lib/services.ts'

/** Renders an error as a response; undefined: as the usual envelope. */
export type RenderError = (error: ApiError, c: Context<AppEnv>) => Promise<Response> | undefined

/** The files of public/, which wrangler serves beside the worker. */
export interface Assets {
  fetch(url: URL): Promise<Response>
}

/** The types of Hono's context: the bindings, and the services that are created from them. */
export interface AppEnv {
  Bindings: { readonly ASSETS: Assets }
  Variables: {
    services: Services
    /** When the request came, in milliseconds. */
    startedAt: number
    renderError?: RenderError
    /** Pages of any origin may read the answer. */
    openToPages?: true
  }
}
