/** The worker: HTTP requests and the cron. */
import { describeError } from '../lib/core/describe-error.ts'
import { type Env, parseEnv } from '../lib/core/env.ts'
import { createServices } from '../lib/services.ts'
import { createApp } from './app.ts'
import { routes } from './routes/index.ts'
import { scheduled } from './scheduled.ts'

let checked: { bindings: object; env: Env } | undefined

/** The settings, which are checked once per isolate. Throws an Error that names a missing or wrong setting. */
function envOf(bindings: object): Env {
  if (checked?.bindings !== bindings) checked = { bindings, env: parseEnv(bindings) }
  return checked.env
}

const app = createApp(routes, (bindings, c) => {
  const context = c as { executionCtx: { waitUntil(work: Promise<unknown>): void } }
  return createServices(envOf(bindings), (work) => context.executionCtx.waitUntil(work))
})

export default {
  fetch: app.fetch,
  async scheduled(_event: unknown, bindings: object, context: { waitUntil(work: Promise<unknown>): void }) {
    await scheduled(createServices(envOf(bindings), (work) => context.waitUntil(work))).catch((error) => {
      // the runtime logs what is thrown
      throw new Error(describeError(error))
    })
  },
}
