import type { ApiError } from '../lib/core/errors.ts'
import type { Services } from '../lib/services.ts'

/** Hono's types: bindings are checked once by `parseEnv`, services are built lazily from them. */
export interface AppEnv {
  Bindings: Record<string, unknown>
  Variables: { services: Services; renderError?: (error: ApiError) => Promise<Response> }
}
