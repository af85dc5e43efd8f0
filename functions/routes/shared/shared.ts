import type * as z from 'zod/mini'
import { type OpenLinkInput, openSharedLink, sharedParameters } from '../../../lib/resources/sharing/open-link.ts'
import type { RenderError } from '../../app-env.ts'
import { csvResponse } from '../../format.ts'
import { readResponse, served } from '../../read-response.ts'
import { type PublicCtx, type Route, type RouteInput, route } from '../../route.ts'
import { dataResponse, errorPage, pageResponse, pictureResponse, withHeaders } from './page.ts'

/** The last segment of the path: `<token>` for a page, `<token>.json`, `<token>.svg` or `<token>.csv`. */
function readSegment(text: string | undefined): Pick<OpenLinkInput, 'token' | 'format'> {
  const [, token = '', suffix] = /^([\w-]+)(?:\.(json|svg|csv))?$/.exec(text ?? '') ?? []
  return { token, format: isSuffix(suffix) ? suffix : 'page' }
}

const isSuffix = (text: string | undefined) => text === 'json' || text === 'svg' || text === 'csv'

const show =
  (type: OpenLinkInput['type']) =>
  async ({ c, ctx, params, query }: RouteInput<z.infer<typeof sharedParameters>, unknown, PublicCtx>) => {
    const opened = await openSharedLink(ctx, { ...readSegment(params.token), type, parameters: query })
    const kept = (body: () => Response | Promise<Response>) =>
      readResponse(c, `${type} ${opened.format}`, opened.validity, body)
    switch (opened.format) {
      case 'json':
        return kept(() => dataResponse(c, opened.data))
      case 'svg':
        return kept(() => pictureResponse(opened.svg()))
      case 'csv':
        return kept(() => withHeaders(csvResponse(c, opened.name, opened.cells())))
      case 'page':
        return served(c, await pageResponse(opened.html()), opened.validity.servedFrom)
      default:
        return opened satisfies never
    }
  }

const FORMATS = {
  'text/html': null,
  'image/svg+xml': null,
  'text/csv': null,
  'application/json': 'SharedInsight',
} as const
const page = { method: 'get', scope: 'public', computes: true, kept: true, query: sharedParameters } as const

/** Errors are pages, but `.json` answers them as an envelope; only a 404 is a page for `.json` too. */
const renderError: RenderError = (error, c) =>
  error.status !== 404 && c.req.path.endsWith('.json') ? undefined : errorPage(error)

export const sharedRoutes: Route[] = [
  route({
    ...page,
    path: '/shared/:token',
    summary: 'Show a shared insight: a page, `.svg`, `.csv` or `.json`',
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
