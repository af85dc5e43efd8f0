import { type OpenLinkInput, openSharedLink } from '../../../lib/resources/sharing/open-link.ts'
import type { RenderError } from '../../app-env.ts'
import { type PublicCtx, type Route, type RouteInput, route } from '../../route.ts'
import { dataResponse, errorPage, pageResponse, pictureResponse } from './page.ts'

/** The last segment of the path: `<token>` for a page, `<token>.json` or `<token>.svg`. */
function readSegment(text: string | undefined): Pick<OpenLinkInput, 'token' | 'format'> {
  const [, token = '', suffix] = /^([\w-]+)(?:\.(json|svg))?$/.exec(text ?? '') ?? []
  return { token, format: suffix === 'json' || suffix === 'svg' ? suffix : 'page' }
}

const show =
  (type: OpenLinkInput['type']) =>
  async ({ c, ctx, params }: RouteInput<unknown, unknown, PublicCtx>) => {
    const opened = await openSharedLink(ctx, { ...readSegment(params.token), type, refresh: c.req.query('refresh') })
    switch (opened.format) {
      case 'json':
        return dataResponse(opened.data)
      case 'svg':
        return pictureResponse(opened.svg)
      case 'page':
        return pageResponse(opened.html)
      default:
        return opened satisfies never
    }
  }

const FORMATS = { 'text/html': null, 'image/svg+xml': null, 'application/json': 'SharedInsight' } as const
const page = { method: 'get', scope: 'public', computes: true } as const

/** Errors are pages, but `.json` answers them as an envelope; only a 404 is a page for `.json` too. */
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
