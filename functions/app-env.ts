import type { Context } from 'hono'
import type { ApiError } from '../lib/core/errors.ts'
import type { Services } from '../lib/services.ts'

/** The answer that an error becomes; undefined: the envelope. */
export type RenderError = (error: ApiError, c: Context<AppEnv>) => Promise<Response> | undefined

/** The files of public/, which wrangler serves beside the worker. */
export interface Assets {
  fetch(url: URL): Promise<Response>
}

/** Hono's types: settings are checked once by `parseEnv`, services are built lazily from them. */
export interface AppEnv {
  Bindings: { readonly ASSETS: Assets }
  Variables: { services: Services; renderError?: RenderError }
}
