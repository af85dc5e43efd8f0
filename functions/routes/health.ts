import * as z from 'zod/mini'
import { findCredentials } from '../../lib/resources/authenticate.ts'
import { isOn } from '../../lib/resources/fields.ts'
import { deepHealth, shallowHealth } from '../../lib/resources/health/health.ts'
import { type PublicCtx, type Route, type RouteInput, route } from '../route.ts'

const query = z.object({ deep: z.optional(z.string()) })

async function health({ c, ctx, query: { deep } }: RouteInput<z.infer<typeof query>, unknown, PublicCtx>) {
  if (!isOn(deep)) return shallowHealth()
  const credentials = await findCredentials(c.req.header('authorization'), {}, (name) => c.req.query(name))
  // written when the worker is built
  const file = await c.env.ASSETS.fetch(new URL('/migrations.json', c.req.url))
  const migrations = (await file.json()) as string[]
  const found = await deepHealth(ctx.services, { credentials, origin: new URL(c.req.url).origin, migrations })
  return c.json(found, found.status === 'failed' ? 503 : 200, { 'Cache-Control': 'no-store' })
}

export const healthRoutes: Route[] = [
  route({
    method: 'get',
    path: '/_health',
    scope: 'public',
    query,
    summary: 'Read whether the worker is up; with `deep=1` and a key, whether all behind it is',
    answer: { 200: 'Health', 503: 'Health' },
    handler: health,
  }),
]
