import { notFound } from '../../../lib/core/errors.ts'
import { readMode } from '../../../lib/refresh/policy.ts'
import { renderPage } from '../../../lib/render/page.ts'
import { renderSvg } from '../../../lib/render/svg.ts'
import { presentShared, readShare } from '../../../lib/resources/sharing/shared.ts'
import type { RenderError } from '../../app-env.ts'
import { type PublicCtx, type Route, type RouteInput, route } from '../../route.ts'
import { dataResponse, errorPage, pageResponse, pictureResponse } from './page.ts'

/** `token`, `token.json` or `token.svg`. */
const show = (type: 'scene' | 'embed') => async (input: RouteInput<unknown, unknown, PublicCtx>) => {
  const { c, ctx, params } = input
  const { services } = ctx
  const [, token = '', format] = /^([\w-]+)(?:\.(json|svg))?$/.exec(params.token ?? '') ?? []
  const link = await readShare(services, token)
  if (!link || link.actor.insight.deleted) throw notFound()
  const { insight, picture } = await presentShared(link, readMode('shared', c.req.query('refresh')))
  if (format === 'json') return dataResponse({ type, accessToken: token, insight })
  if (format === 'svg') return pictureResponse(renderSvg({ ...insight, ...picture }, services.now()))
  return pageResponse(renderPage({ ...insight, ...picture }, { embedded: type === 'embed', now: services.now() }))
}

const FORMATS = { 'text/html': null, 'image/svg+xml': null, 'application/json': 'SharedInsight' } as const
const page = { method: 'get', scope: 'public', computes: true } as const

/** A page for people; programs read the envelope, except that a link which opens nothing is a page to all. */
const renderError: RenderError = (error, c) =>
  error.status !== 404 && c.req.path.endsWith('.json') ? undefined : errorPage(error)

export const sharedRoutes: Route[] = [
  route({
    ...page,
    path: '/shared/:token',
    summary: 'Show a shared insight: a page, `.svg` or `.json`',
    answer: { 200: FORMATS },
    renderError,
    handler: show('scene'),
  }),
  route({
    ...page,
    path: '/embedded/:token',
    summary: 'Show a shared insight inside another page',
    answer: { 200: FORMATS },
    renderError,
    handler: show('embed'),
  }),
]
