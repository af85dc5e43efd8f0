/**
 * The OpenAPI 3.1 document of a route table, from the schemas that check requests and those that tests check answers
 * with. It is made when the worker is built (local/assets.ts), so that the worker holds no schema of an answer.
 */

import * as z from 'zod/mini'
import type { Json } from '../lib/core/json.ts'
import { ANSWERS, type AnswerName } from '../lib/resources/answers.ts'
import { type Route, statusOf } from './route.ts'
import { exampleOf, filledIn, sample } from './samples.ts'

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
* \`GET\` of insights, dashboards and runs also takes a viewer token, which your server signs for its own users.
* Every error is \`{type, code, detail, attr}\`.`

const PARAMETERS: Readonly<Record<string, string>> = {
  project_id: 'Id of a project, or `@current`.',
  organization_id: 'Id of an organization, or `@current`.',
  user_uuid: 'The uuid of a user, or `@me`.',
  cache_key: 'The key of a cached result, as links to people hold it.',
  query_id: 'The id of a background run.',
  token: 'The token of a project.',
}

/** The document. `servers` is `/`, so that the document describes the worker it is read from. */
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
    tags: [...new Set([...FIRST_TAGS, ...routes.map(tagOf).filter(isUsual), ...LAST_TAGS])].map((name) => ({ name })),
    paths,
    components: {
      schemas: components(),
      responses: {
        Error: {
          description: 'An error.',
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
        },
      },
      securitySchemes: {
        personalApiKey: { type: 'http', scheme: 'bearer', description: 'A personal API key, `phx_…`.' },
        viewerToken: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'A token that your own server signs for one of its users, with a viewer secret of the project.',
        },
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
    summary: route.summary,
    description: [
      scopeText(scope),
      route.viewable ? 'A viewer token opens it for what it names.' : '',
      route.computes ? 'May compute or search, which is limited for each key, and for each user in a project.' : '',
    ]
      .filter(Boolean)
      .join(' '),
    tags: [tagOf(route)],
    security: [
      ...(scope === 'public' ? [] : [{ personalApiKey: scope === 'any' ? [] : [scope] }]),
      ...(route.viewable ? [{ viewerToken: [] }] : []),
    ],
    parameters: [...pathParameters(route), ...queryParameters(route)],
    ...(method === 'get' || method === 'options' || method === 'delete' ? {} : requestBody(route)),
    responses: { ...Object.fromEntries(responses(route)), default: errors(route) },
  }
}

const scopeText = (scope: Route['scope']) =>
  scope === 'public' ? 'Needs no key.' : scope === 'any' ? 'Any key.' : `Scope: \`${scope}\`.`

type Content = Readonly<Record<string, AnswerName | null>>

/** The answers of a route that are no errors, by their status and media type; null: no body, or a text. */
export function answersOf(route: Route) {
  const { answer } = route
  const table = answer === null || typeof answer === 'string' ? { [statusOf(route)]: answer } : answer
  const kept = route.kept ? { 304: null } : {}
  return new Map(
    Object.entries({ ...table, ...kept }).map(([code, content]): [number, Content] => [
      Number(code),
      content === null || typeof content === 'string' ? { 'application/json': content } : content,
    ]),
  )
}

const STATUS: Readonly<Record<number, string>> = {
  200: 'Done.',
  201: 'Made.',
  202: 'Goes on in the background.',
  204: 'Done, without a body.',
  302: 'Elsewhere.',
  304: 'As it was: the client has it.',
  405: 'Not allowed.',
  503: 'Something is not there.',
}

const header = (description: string) => ({ description, schema: { type: 'string' } })
/** Headers of answers that clients keep. */
const KEPT: Json = {
  ETag: header('Changes with the result and with all else that the answer says. `If-None-Match` asks for a 304.'),
  'Last-Modified': header('When it changed last. `If-Modified-Since` asks for a 304.'),
  'Cache-Control': header('`private, no-cache`; `private, max-age=5` through a link or a viewer token.'),
  'Served-From': header('Where the result came from, as `served_from`; absent without a result.'),
  'Server-Timing': header('The same, and how many milliseconds the answer took.'),
}

const reference = (name: AnswerName) => ({ $ref: `#/components/schemas/${name}` })

function responses(route: Route): [number, Json][] {
  return [...answersOf(route)].map(([status, content]) => {
    const types = Object.entries(content)
      .filter(([type, name]) => name !== null || type !== 'application/json')
      .map(([type, name]) => [type, { schema: name === null ? { type: 'string' } : reference(name) }])
    const table = route.csv ? [['text/csv', { schema: { type: 'string' } }]] : []
    const body = types.length > 0 ? { content: Object.fromEntries([...types, ...table]) } : {}
    const headers = route.kept && (status === 200 || status === 304) ? { headers: KEPT } : {}
    return [status, { description: STATUS[status] ?? 'Done.', ...headers, ...body }]
  })
}

function errors(route: Route): Json {
  if (!route.errors) return { $ref: '#/components/responses/Error' }
  const schema = { anyOf: [reference(route.errors), reference('Error')] }
  return { description: 'An error.', content: { 'application/json': { schema } } }
}

/** The schemas of all answers; each is written once and refers to the others by their names. */
function components(): Record<string, Json> {
  const registry = z.registry<{ id: string }>()
  for (const [id, schema] of Object.entries(ANSWERS)) registry.add(schema, { id })
  const { schemas } = z.toJSONSchema(registry, { uri: (id) => `#/components/schemas/${id}`, override: simplified })
  return Object.fromEntries(
    Object.entries(schemas).map(([name, { $schema: _, $id: __, ...schema }]) => [name, schema as Json]),
  )
}

/** Clients must bear new keys, and need no patterns of what a format says. */
function simplified({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties
  delete jsonSchema.propertyNames
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
}

/** The JSON Schema of the values that a schema of a request takes. */
function jsonSchema(schema: z.ZodMiniType): Record<string, unknown> {
  const { $schema: _, ...described } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: withParts,
  })
  return described
}

/** Fields of our own name the schemas of their parts (lib/resources/fields.ts). */
function withParts({ jsonSchema: json }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  const { items, anyOf } = json as { items?: unknown; anyOf?: readonly unknown[] }
  const describe = (part: unknown) => (part instanceof z.ZodMiniType ? jsonSchema(part) : part)
  if (items instanceof z.ZodMiniType) json.items = jsonSchema(items)
  if (anyOf?.some((part) => part instanceof z.ZodMiniType)) json.anyOf = anyOf.map(describe) as never
}

const pathParameters = (route: Route): Json[] =>
  [...route.path.matchAll(/:(\w+)/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    ...sample(exampleOf(route).params?.[name], PARAMETERS[name]),
    schema: { type: 'string' },
  }))

const count = (name: string, description: string): Json => ({
  name,
  in: 'query',
  description,
  schema: { type: 'integer', minimum: 0 },
})

function queryParameters(route: Route): Json[] {
  const { query, paged, csv } = route
  const { query: given = {} } = exampleOf(route)
  const { properties = {}, required = [] } = query ? jsonSchema(query) : {}
  const fields = Object.entries(properties as Record<string, Json>).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    ...sample(given[name], description as string | undefined),
    ...((required as string[]).includes(name) ? { required: true } : {}),
    schema,
  }))
  const page = paged
    ? [count('limit', 'How many at most; 100 unless given.'), count('offset', 'How many to skip.')]
    : []
  const format = csv ? [{ name: 'format', in: 'query', schema: { type: 'string', enum: ['json', 'csv'] } }] : []
  const known = [...fields, ...page, ...format].map(({ name }) => name)
  const others = Object.entries(given).filter(([name]) => !known.includes(name))
  const samples = others.map(([name, value]) => ({ name, in: 'query', ...sample(value), schema: { type: 'string' } }))
  return [...fields, ...page, ...format, ...samples]
}

function requestBody(route: Route): Json {
  const { body, rawBody } = route
  const given = exampleOf(route).body
  const example = given ? { example: filledIn(given) } : {}
  // what the handler reads itself may be of any form; the schema says what it looks for in JSON
  const json = (body || given) && { 'application/json': { ...(body ? { schema: jsonSchema(body) } : {}), ...example } }
  if (rawBody) return { requestBody: { content: { ...json, '*/*': {} } } }
  if (!body) return json ? { requestBody: { content: json } } : {}
  const schema = jsonSchema(body)
  // every body may be a form, which the description says once; a file must be
  const types = ['application/json', ...(JSON.stringify(schema).includes('"binary"') ? ['multipart/form-data'] : [])]
  const required = Array.isArray(schema.required) && schema.required.length > 0
  return {
    requestBody: {
      required,
      content: Object.fromEntries(
        types.map((type) => [type, { schema, ...(type === 'application/json' ? example : {}) }]),
      ),
    },
  }
}

const INTERNAL = 'background runs'

/** In the order in which people need them. */
const FIRST_TAGS = [
  'capture',
  'query',
  'insights',
  'dashboards',
  'shared insights',
  'projects',
  'personal_api_keys',
  'events',
  'event_definitions',
  'property_definitions',
  'persons',
  'cohorts',
  'actions',
]
const LAST_TAGS = ['client configuration', INTERNAL]
const isUsual = (tag: string) => !LAST_TAGS.includes(tag)

/** The resource that a path is about: its first name after the project or the organization. */
function tagOf({ path }: Route): string {
  if (/^\/(shared|embedded)\//.test(path)) return 'shared insights'
  if (path === '/' || path.startsWith('/_')) return 'deployment'
  if (!path.startsWith('/api/')) return /^\/(array|flags|decide)/.test(path) ? 'client configuration' : 'capture'
  const [first = '', , ...rest] = path.split('/').slice(2)
  const inner = (first === 'projects' || first === 'organizations') && rest[0]
  return inner || (first === 'qstash' ? INTERNAL : first)
}

/** Unique as method and path are. */
const operationId = ({ method, path }: Route) =>
  [method, ...path.split('/').filter(Boolean)]
    .map((part) => part.replace(/^:/, 'by_').replace(/\W+/g, '_').replace(/^_/, 'current_'))
    .join('_')
