import type * as z from 'zod/mini'
import { lookName, themeOf } from '../../../lib/resources/sharing/look.ts'
import {
  LINK_FORMATS,
  type OpenLinkInput,
  openSharedLink,
  sharedParameters,
} from '../../../lib/resources/sharing/open-link.ts'
import { csvResponse } from '../../format.ts'
import { readResponse, served } from '../../read-response.ts'
import { type PublicCtx, type Route, type RouteInput, route } from '../../route.ts'
import { dataResponse, errorResponse, pageResponse, pictureResponse, textResponse, withHeaders } from './page.ts'

/** The last segment of the path: `<token>` for a page, else `<token>.json` or another format. */
function readSegment(text: string | undefined): Pick<OpenLinkInput, 'token' | 'format'> {
  const [, token = '', suffix] = /^([\w-]+)(?:\.(json|svg|csv|txt))?$/.exec(text ?? '') ?? []
  return { token, format: LINK_FORMATS.find((format) => format === suffix) ?? 'page' }
}

const show =
  (type: OpenLinkInput['type']) =>
  async ({ c, ctx, params, query }: RouteInput<z.infer<typeof sharedParameters>, unknown, PublicCtx>) => {
    const opened = await openSharedLink(ctx, { ...readSegment(params.token), type, parameters: query })
    const { ancestors } = opened
    const kept = (body: () => Response | Promise<Response>) =>
      readResponse(c, `${type} ${opened.format} ${lookName(query)}`, opened.validity, body)
    switch (opened.format) {
      case 'json':
        return kept(() => dataResponse(c, opened.data))
      case 'svg':
        return kept(() => pictureResponse(opened.picture(), { ancestors }))
      case 'csv':
        return kept(() => withHeaders(csvResponse(c, opened.name, opened.cells())))
      case 'txt':
        return kept(() => textResponse(opened.number()))
      case 'page':
        return served(c, await pageResponse(opened.html(), themeOf(query), { ancestors }), opened.validity.servedFrom)
      default:
        return opened satisfies never
    }
  }

const FORMATS = {
  'text/html': null,
  'image/svg+xml': null,
  'text/csv': null,
  'text/plain': null,
  'application/json': 'Shared',
} as const
const page = {
  method: 'get',
  scope: 'public',
  computes: true,
  kept: true,
  crossOrigin: true,
  query: sharedParameters,
} as const

export const sharedRoutes: Route[] = [
  route({
    ...page,
    path: '/shared/:token',
    summary: 'Show a shared insight or dashboard: a page, `.svg`, `.csv`, `.json`, or one number as `.txt`',
    answer: { 200: FORMATS },
    renderError: errorResponse,
    handler: show('scene'),
  }),
  route({
    ...page,
    path: '/embedded/:token',
    summary: 'Show a shared insight or dashboard inside another page',
    answer: { 200: FORMATS },
    renderError: errorResponse,
    handler: show('embed'),
  }),
]
