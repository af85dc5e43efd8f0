import type { Context } from 'hono'
import type { ApiError } from '../lib/core/errors.ts'
import type { Services } from '../lib/services.ts'

/** The answer that an error becomes; undefined: the envelope. */
export type RenderError = (error: ApiError, c: Context<AppEnv>) => Promise<Response> | undefined

/** Hono's types: bindings are checked once by `parseEnv`, services are built lazily from them. */
export interface AppEnv {
  Bindings: Record<string, unknown>
  Variables: { services: Services; renderError?: RenderError }
}
