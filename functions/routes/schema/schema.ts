import { openApiDocument } from '../../openapi.ts'
import { type Route, type RouteInput, route } from '../../route.ts'

const CACHED = { 'Cache-Control': 'public, max-age=300', 'Content-Type': 'application/json; charset=utf-8' }

/** The document of the whole table, which this route is part of: `routes` is read when the first request comes. */
export function schemaRoutes(routes: () => readonly Route[]): Route[] {
  let text: string | undefined
  const schema = ({ c }: RouteInput<unknown, unknown>) => {
    text ??= JSON.stringify(openApiDocument(routes()))
    return c.body(text, 200, CACHED)
  }
  return [
    route({
      method: 'get',
      path: '/api/schema',
      scope: 'public',
      summary: 'This document',
      answer: 'The OpenAPI 3.1 document of this API.',
      handler: schema,
    }),
  ]
}
