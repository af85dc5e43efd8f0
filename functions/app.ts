import { type Context, Hono } from 'hono'
import { describeError } from '../lib/core/describe-error.ts'
import { ApiError, methodNotAllowed, unexpected } from '../lib/core/errors.ts'
import type { Services } from '../lib/services.ts'
import type { AppEnv } from './app-env.ts'
import { addOrigins, answerPreflight, isForPages, openToPages } from './cors.ts'
import { asksForCsv, errorAsCsv } from './format.ts'
import { noSuchEndpoint } from './no-such-endpoint.ts'
import type { Route } from './route.ts'
import { serveRoute } from './serve.ts'

/** The services of a request, from its bindings. Throws a 503 if settings are missing. */
export type ServicesOf = (bindings: object, c: Context<AppEnv>) => Services

/**
 * Makes a Hono app of the routes. Trailing slashes are optional. Under `/api/` the suffixes `.json`, `.csv` and `.svg` are
 * optional, and `/api/environments` means `/api/projects`.
 */
export function createApp(routes: readonly Route[], servicesOf: ServicesOf) {
  const app = new Hono<AppEnv>({ getPath: (request) => canonicalPath(new URL(request.url).pathname) })
  app.onError((error, c) => {
    const answer = error instanceof ApiError ? error : unexpected(error)
    if (answer.status >= 500) console.error(describeError(answer))
    const page = c.get('renderError')?.(answer, c)
    if (page) return page
    if (new URL(c.req.url).pathname.startsWith('/api/') && asksForCsv(c)) return errorAsCsv(c, answer)
    return c.json(answer.envelope, answer.status as 400, answer.headers)
  })
  const paths = [...new Set(routes.map((route) => route.path))]
  app.notFound((c) => {
    throw noSuchEndpoint(canonicalPath(new URL(c.req.url).pathname), paths)
  })
  app.use(async (c, next) => {
    await next()
    addOrigins(c)
  })
  for (const [path, methods] of Map.groupBy(routes, (route) => route.path)) {
    for (const route of methods)
      app.on(route.method.toUpperCase(), path, (c) => {
        c.set('renderError', route.renderError)
        if (route.crossOrigin) openToPages(c)
        const services = servicesOf(c.env, c)
        c.set('services', services)
        c.set('startedAt', services.now().getTime())
        return serveRoute(route, c)
      })
    const allow = methods.flatMap(({ method }) => (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()]))
    app.all(path, (c) => {
      const preflight = methods.some(isForPages) && answerPreflight(c)
      if (preflight) return preflight
      throw methodNotAllowed(c.req.method, allow)
    })
  }
  return app
}

/** `/api/environments/1/insights/2.json/` -> `/api/projects/1/insights/2` */
export function canonicalPath(pathname: string): string {
  let end = pathname.length
  while (end > 1 && pathname[end - 1] === '/') end--
  const path = pathname.slice(0, end)
  if (!path.startsWith('/api/')) return path
  return path
    .replace(/\.(json|csv)$/, '')
    .replace(/(\/insights\/[^/]+)\.(svg|txt)$/, '$1/$2')
    .replace(/^\/api\/environments(?=\/|$)/, '/api/projects')
}
