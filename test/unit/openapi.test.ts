import { dirname, join } from 'node:path'
import { Validator } from '@seriousme/openapi-schema-validator'
import { expect, test } from 'vitest'
import { openApiDocument, openApiPath } from '../../functions/openapi.ts'
import { routes } from '../../functions/routes/index.ts'
import { type Module, readModules } from '../../scripts/modules.ts'

const document = openApiDocument(routes)
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, operation })),
)

test('the document is OpenAPI 3.1', async () => {
  const result = await new Validator().validate(structuredClone(document))
  expect(result.errors ?? []).toEqual([])
  expect(result.valid).toBe(true)
})

test('every route of the table is in it, and nothing else', () => {
  const wanted = routes.map(({ method, path }) => `${method} ${openApiPath(path)}`)
  expect(operations.map(({ name }) => name).sort()).toEqual(wanted.sort())
})

test('operations have a name of their own, a summary, and the scope that they need', () => {
  const ids = operations.map(({ operation }) => operation.operationId)
  expect(new Set(ids).size).toBe(ids.length)
  for (const { name, operation } of operations) expect(operation.summary, name).toMatch(/\w/)
  for (const { method, path, scope, viewable } of routes) {
    const { security, parameters } = document.paths[openApiPath(path)]?.[method] ?? {}
    const scopes = scope === 'any' ? [] : [scope]
    const viewer = viewable ? [{ viewerToken: [] }] : []
    expect(security, path).toEqual(scope === 'public' ? [] : [{ personalApiKey: scopes }, ...viewer])
    const named = (parameters as { name: string; in: string }[]).filter((parameter) => parameter.in === 'path')
    expect(named.map(({ name }) => `:${name}`)).toEqual(path.match(/:\w+/g) ?? [])
  }
})

test('fields are described as they are checked', () => {
  const keys = document.paths['/api/personal_api_keys/']?.post as { requestBody: { content: object } }
  expect(keys.requestBody.content).toEqual({
    'application/json': {
      example: { label: 'nightly report', scopes: ['insight:read'] },
      schema: {
        type: 'object',
        required: ['label', 'scopes'],
        properties: {
          label: { type: 'string', minLength: 1, maxLength: 40 },
          scopes: { type: 'array', maxItems: expect.any(Number), items: { type: 'string' } },
          scoped_teams: {
            anyOf: [
              { type: 'array', maxItems: expect.any(Number), items: expect.objectContaining({ type: 'integer' }) },
              { type: 'null' },
            ],
          },
          scoped_organizations: {
            anyOf: [{ type: 'array', maxItems: expect.any(Number), items: { type: 'string' } }, { type: 'null' }],
          },
        },
      },
    },
  })
  const list = document.paths['/api/projects/{project_id}/insights/']?.get as { parameters: { name: string }[] }
  const named = Object.fromEntries(list.parameters.map((parameter) => [parameter.name, parameter]))
  expect(named.saved).toEqual({ name: 'saved', in: 'query', schema: { type: 'boolean' } })
  expect(named.limit).toMatchObject({ in: 'query', schema: { type: 'integer' } })
  expect(named.refresh).toMatchObject({ description: expect.stringContaining('force_blocking') })
})

test('components are written once and referred to by their names', () => {
  const { schemas } = document.components as { schemas: Record<string, { properties?: Record<string, unknown> }> }
  expect(Object.keys(schemas)).toEqual(
    expect.arrayContaining(['Insight', 'Dashboard', 'QueryStatus', 'TrendsResult', 'FunnelsResult', 'Error']),
  )
  expect(schemas.Insight?.properties?.query_status).toEqual({
    anyOf: [{ $ref: '#/components/schemas/QueryStatus' }, { type: 'null' }],
  })
  const used = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name)
  expect([...new Set(used)].sort()).toEqual(Object.keys(schemas).sort())
})

test('the worker holds neither the document nor a schema of an answer', () => {
  const imports = new Map(readModules('functions', 'lib').map((module) => [module.file, valuesOf(module)]))
  const reached = new Set<string>(['functions/index.ts'])
  for (const file of reached) for (const to of imports.get(file) ?? []) reached.add(to)
  expect(reached.size).toBeGreaterThan(200)
  expect(
    [...reached].filter((file) => /(openapi|examples|samples)\.ts$|resources\/.*answers?(-parts)?\.ts$/.test(file)),
  ).toEqual([])
})

/** The modules that a module imports a value of; what is imported as a type is not there when it runs. */
const valuesOf = ({ file, text }: Module) =>
  [...text.matchAll(/^(?:import|export)\s+(?!type\b)[^'";=]*?\s*(?:from\s+)?'(\.[^']+)'/gm)].map(([, path = '']) =>
    join(dirname(file), path),
  )
