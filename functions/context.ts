import type { Services } from '../lib/services.ts'

/** Hono's types: bindings are checked once by `parseEnv`, services are built lazily from them. */
export interface AppEnv {
  Bindings: Record<string, unknown>
  Variables: { services: Services }
}
