import { renderHome, renderTrouble } from '../home/page.ts'
import { HOME_SCRIPT } from '../home/script.ts'
import { HOME_STYLE } from '../home/style.ts'
import { type Route, route } from '../route.ts'
import { sourceOf } from './shared/page.ts'

/** The page as a response: nobody frames it, as it asks for a key, and it loads nothing from elsewhere. */
async function homeResponse(html: string, status = 200, headers: Record<string, string> = {}): Promise<Response> {
  const [style, script] = await Promise.all([HOME_STYLE, HOME_SCRIPT].map(sourceOf))
  const rest = "connect-src 'self'; img-src data: blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
  return new Response(html, {
    status,
    headers: {
      ...headers,
      'Content-Type': 'text/html; charset=utf-8',
      'Cache-Control': 'no-store',
      'Referrer-Policy': 'no-referrer',
      'X-Content-Type-Options': 'nosniff',
      'Content-Security-Policy': `default-src 'none'; style-src ${style}; script-src ${script}; ${rest}`,
    },
  })
}

export const homeRoutes: Route[] = [
  route({
    method: 'get',
    path: '/',
    scope: 'public',
    summary: 'Show the first page: how to send events, whether all is well, and with a key the insights',
    answer: { 200: { 'text/html': null } },
    renderError: ({ detail, status, headers }) => homeResponse(renderTrouble(detail), status, headers),
    handler: ({ ctx }) => homeResponse(renderHome(ctx.services.env.PUBLIC_URL)),
  }),
]
