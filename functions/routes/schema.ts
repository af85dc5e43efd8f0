import type { Context } from 'hono'
import { unavailable } from '../../lib/core/errors.ts'
import type { AppEnv } from '../app-env.ts'
import { type Route, route } from '../route.ts'

const CACHED = { 'Cache-Control': 'public, max-age=300', 'Content-Type': 'application/json; charset=utf-8' }

/**
 * Answers with the OpenAPI document: a file that local/assets.ts generates from all routes when the worker is built.
 */
async function schema({ c }: { readonly c: Context<AppEnv> }) {
  const file = await c.env.ASSETS.fetch(new URL('/openapi.json', c.req.url))
  if (!file.ok) throw unavailable('The document is not there.')
  return new Response(file.body, { headers: CACHED })
}

export const schemaRoutes: Route[] = [
  route({
    method: 'get',
    path: '/api/schema',
    scope: 'public',
    summary: 'Read the OpenAPI document of this API',
    answer: 'OpenApiDocument',
    handler: schema,
  }),
]
