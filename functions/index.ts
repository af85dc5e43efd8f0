/** The worker: HTTP requests and the cron. */
import { describeError } from '../lib/core/describe-error.ts'
import { type Env, parseEnv } from '../lib/core/env.ts'
import { createServices, type Services } from '../lib/services.ts'
import { readAddress } from '../lib/store/deployment.ts'
import { createApp } from './app.ts'
import { routes } from './routes/index.ts'
import { scheduled } from './scheduled.ts'

let checked: { bindings: object; env: Env } | undefined

/** The settings, which are checked once per isolate. Throws a 503 that names a missing or wrong one. */
function envOf(bindings: object): Env {
  if (checked?.bindings !== bindings) checked = { bindings, env: parseEnv(bindings) }
  return checked.env
}

const app = createApp(routes, (bindings, { req, executionCtx }) => {
  const env = envOf(bindings)
  // without a setting the worker is where it was asked (docs/deploying.md "The address")
  const located = env.PUBLIC_URL ? env : { ...env, PUBLIC_URL: new URL(req.url).origin }
  return createServices(located, (work) => executionCtx.waitUntil(work))
})

/** The services of the cron, which nobody asks at an address: without a setting it is the one that was noted. */
async function cronServices(bindings: object, waitUntil: (work: Promise<unknown>) => void): Promise<Services> {
  const env = envOf(bindings)
  const services = createServices(env, waitUntil)
  if (env.PUBLIC_URL) return services
  const noted = await readAddress(services.db)
  return noted ? createServices({ ...env, PUBLIC_URL: noted }, waitUntil) : services
}

export default {
  fetch: app.fetch,
  async scheduled(_event: unknown, bindings: object, context: { waitUntil(work: Promise<unknown>): void }) {
    const work = cronServices(bindings, (after) => context.waitUntil(after)).then(scheduled)
    await work.catch((error) => {
      // the runtime logs what is thrown
      throw new Error(describeError(error))
    })
  },
}
