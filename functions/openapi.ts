/** The OpenAPI 3.1 document of a route table: what validates the requests also describes them. */
import { jsonSchema } from '../lib/resources/fields.ts'
import type { Route } from './route.ts'

type Json = Readonly<Record<string, unknown>>

export interface OpenApiDocument extends Json {
  readonly openapi: '3.1.0'
  readonly paths: Readonly<Record<string, Readonly<Record<string, Json>>>>
}

const DESCRIPTION = `PostHog's Insights API on Cloudflare Workers.

* Every path works with and without its last slash.
* \`/api/environments/…\` is the same as \`/api/projects/…\`.
* Where an answer has a table, \`.csv\` before the last slash or \`?format=csv\` gives it: \`/api/projects/1/insights/7.csv\`.
* Bodies are JSON, or forms (\`application/x-www-form-urlencoded\`, \`multipart/form-data\`) whose nested values are JSON text.
* A request sends a personal API key as \`Authorization: Bearer phx_…\`. Each operation names the scope that the key must
  have; \`x:write\` includes \`x:read\`, and \`*\` is every scope.
* Every error is \`{type, code, detail, attr}\`.`

const ERROR = {
  type: 'object',
  required: ['type', 'code', 'detail', 'attr'],
  properties: {
    type: {
      type: 'string',
      enum: ['validation_error', 'invalid_request', 'authentication_error', 'throttled_error', 'server_error'],
    },
    code: { type: 'string', examples: ['invalid_input', 'required', 'not_found', 'permission_denied', 'throttled'] },
    detail: { type: 'string' },
    attr: {
      type: ['string', 'null'],
      description: 'The field that is wrong; nested keys are joined by two underscores.',
    },
  },
}

const PARAMETERS: Readonly<Record<string, string>> = {
  project_id: 'Id of a project, or `@current`.',
  organization_id: 'Id of an organization, or `@current`.',
  user_uuid: 'The uuid of a user, or `@me`.',
  cache_key: 'The key of a cached result, as links to people hold it.',
  query_id: 'The id of a background run.',
  token: 'The token of a project.',
}

/** `servers` has the worker's own origin: the document is right wherever it is read from. */
export function openApiDocument(routes: readonly Route[]): OpenApiDocument {
  const paths: Record<string, Record<string, Json>> = {}
  for (const route of routes) {
    const path = openApiPath(route.path)
    paths[path] ??= {}
    paths[path][route.method] = operation(route)
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Edgehog', version: '1.0.0', description: DESCRIPTION },
    servers: [{ url: '/' }],
    tags: [...new Set(routes.toSorted(byAudience).map(tagOf))].map((name) => ({ name })),
    paths,
    components: {
      schemas: { Error: ERROR },
      responses: {
        Error: {
          description: 'An error.',
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
        },
      },
      securitySchemes: {
        personalApiKey: { type: 'http', scheme: 'bearer', description: 'A personal API key, `phx_…`.' },
      },
    },
  }
}

/** `/api/projects/:project_id/insights` -> `/api/projects/{project_id}/insights/` */
export function openApiPath(path: string): string {
  const named = path.replace(/:(\w+)/g, '{$1}')
  return named.startsWith('/api/') ? `${named}/` : named
}

function operation(route: Route): Json {
  const { scope, method } = route
  return {
    operationId: operationId(route),
    summary: route.summary ?? summaryOf(route),
    description: [
      scopeText(scope),
      route.computes ? 'May compute or search, which is limited for each key, and for each user in a project.' : '',
    ]
      .filter(Boolean)
      .join(' '),
    tags: [tagOf(route)],
    security: scope === 'public' ? [] : [{ personalApiKey: scope === 'any' ? [] : [scope] }],
    parameters: [...pathParameters(route), ...queryParameters(route)],
    ...(method === 'get' || method === 'options' || method === 'delete' ? {} : requestBody(route)),
    responses: { [String(statusOf(route))]: answer(route), default: { $ref: '#/components/responses/Error' } },
  }
}

const scopeText = (scope: Route['scope']) =>
  scope === 'public' ? 'Needs no key.' : scope === 'any' ? 'Any key.' : `Scope: \`${scope}\`.`

const statusOf = ({ status, method }: Route) => status ?? (method === 'delete' ? 204 : 200)

function answer(route: Route): Json {
  const status = statusOf(route)
  const description =
    route.answer ?? (route.paged ? 'A page: `results`, and the links `next` and `previous`.' : 'Done.')
  if (status === 204 || status === 405) return { description }
  const table = route.csv ? { 'text/csv': { schema: { type: 'string' } } } : {}
  return { description, content: { 'application/json': {}, ...table } }
}

const pathParameters = ({ path }: Route): Json[] =>
  [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    ...(PARAMETERS[name] ? { description: PARAMETERS[name] } : {}),
    schema: { type: 'string' },
  }))

const count = (name: string, description: string): Json => ({
  name,
  in: 'query',
  description,
  schema: { type: 'integer', minimum: 0 },
})

function queryParameters({ query, paged, csv }: Route): Json[] {
  const { properties = {}, required = [] } = query ? jsonSchema(query) : {}
  const fields = Object.entries(properties as Record<string, Json>).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    ...(description ? { description } : {}),
    ...((required as string[]).includes(name) ? { required: true } : {}),
    schema,
  }))
  const page = paged
    ? [count('limit', 'How many at most; 100 unless given.'), count('offset', 'How many to skip.')]
    : []
  const format = csv ? [{ name: 'format', in: 'query', schema: { type: 'string', enum: ['json', 'csv'] } }] : []
  return [...fields, ...page, ...format]
}

function requestBody({ body, rawBody }: Route): Json {
  if (rawBody) return { requestBody: { content: { '*/*': {} } } }
  if (!body) return {}
  const schema = jsonSchema(body)
  // every body may be a form, which the description says once; a file must be
  const types = ['application/json', ...(JSON.stringify(schema).includes('"binary"') ? ['multipart/form-data'] : [])]
  const required = Array.isArray(schema.required) && schema.required.length > 0
  return { requestBody: { required, content: Object.fromEntries(types.map((type) => [type, { schema }])) } }
}

const INTERNAL = 'background runs'

/** What most come for, what else needs a key, what needs none. */
const audience = (route: Route) => (tagOf(route) === 'insights' ? 0 : route.scope === 'public' ? 2 : 1)
const byAudience = (one: Route, other: Route) => audience(one) - audience(other)

/** The resource that a path is about: its first name after the project or the organization. */
function tagOf({ path }: Route): string {
  if (/^\/(shared|embedded)\//.test(path)) return 'shared insights'
  if (!path.startsWith('/api/')) return /^\/(array|flags|decide)/.test(path) ? 'client configuration' : 'capture'
  const [first = '', , ...rest] = path.split('/').slice(2)
  const inner = (first === 'projects' || first === 'organizations') && rest[0]
  return inner || (first === 'qstash' ? INTERNAL : first)
}

const words = (segment: string) => segment.replaceAll('_', ' ').replace(/\bapi\b/, 'API')

/** What the method means for the resource that the path ends with. */
function summaryOf({ method, path, scope }: Route): string {
  const names = path.split('/')
  const resource = words(names.findLast((name) => /^\w/.test(name)) ?? '')
  if (!path.startsWith('/api/') || scope === 'public') return resource
  if (method === 'get' && /^\w/.test(names.at(-1) ?? '')) return `List ${resource}`
  return `${VERBS[method]} one ${resource.replace(/s$/, '')}`
}

const VERBS = { get: 'Read', post: 'Create', patch: 'Change', put: 'Change', delete: 'Delete', options: 'Preflight of' }

/** Unique as method and path are. */
const operationId = ({ method, path }: Route) =>
  [method, ...path.split('/').filter(Boolean)]
    .map((part) => part.replace(/^:/, 'by_').replace(/\W+/g, '_').replace(/^_/, 'current_'))
    .join('_')
