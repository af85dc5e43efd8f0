import type { Context } from 'hono'
import { findCaptureProject } from '../../../lib/ingest/find-project.ts'
import { remoteConfig } from '../../../lib/resources/client-config/remote-config.ts'
import type { Services } from '../../../lib/services.ts'
import type { AppEnv } from '../../app-env.ts'
import { type PublicCtx, type Route, type RouteInput, route } from '../../route.ts'
import { corsHeaders } from '../capture/answers.ts'

type Input = RouteInput<unknown, unknown, PublicCtx>

const CACHED = { 'Cache-Control': 'public, max-age=300' }

const isKnown = async (services: Services, token: string) => (await findCaptureProject(services, token)) !== undefined

async function json({ c, ctx, params }: Input) {
  const token = params.token ?? ''
  if (!(await isKnown(ctx.services, token))) return c.json({ error: 'project token is not known' }, 404, corsHeaders(c))
  return c.json(remoteConfig(token), 200, { ...corsHeaders(c), ...CACHED })
}

const unknownToken = (c: Context<AppEnv>) => c.text('// project token is not known', 404, corsHeaders(c))

async function script({ c, ctx, params }: Input) {
  const token = params.token ?? ''
  if (!(await isKnown(ctx.services, token))) return unknownToken(c)
  const config = JSON.stringify({ config: remoteConfig(token), siteApps: [] }).replaceAll('<', '\\u003c')
  const name = JSON.stringify(token).replaceAll('<', '\\u003c')
  const text = `(window._POSTHOG_REMOTE_CONFIG=window._POSTHOG_REMOTE_CONFIG||{})[${name}]=${config};\n`
  return c.body(text, 200, { ...corsHeaders(c), ...CACHED, 'Content-Type': 'application/javascript; charset=utf-8' })
}

/** Redirects to the file of posthog-js, which then requests the configuration. */
async function library({ c, ctx, params }: Input) {
  if (!(await isKnown(ctx.services, params.token ?? ''))) return unknownToken(c)
  return c.body(null, 302, { ...corsHeaders(c), ...CACHED, Location: '/static/array.js' })
}

export const remoteConfigRoutes: Route[] = [
  route({
    method: 'get',
    path: '/array/:token/config.js',
    scope: 'public',
    summary: 'Load the configuration of posthog-js as a script',
    answer: { 200: { 'application/javascript': null } },
    handler: script,
  }),
  route({
    method: 'get',
    path: '/array/:token/array.js',
    scope: 'public',
    summary: 'Load posthog-js itself, for pages with an HTML snippet',
    answer: { 302: null },
    handler: library,
  }),
  route({
    method: 'get',
    path: '/array/:token/config',
    scope: 'public',
    summary: 'Read the configuration of client libraries',
    answer: 'RemoteConfig',
    errors: 'UnknownToken',
    handler: json,
  }),
]
