/** The example of each operation works in the demo project, and answers as its route says. */
import { beforeAll, expect, test } from 'vitest'
import { type Earlier, type Example, examples, operationName, USUAL_PARAMS } from '../../functions/examples.ts'
import { routes } from '../../functions/routes/index.ts'
import { makeDemo } from '../../local/demo/make.ts'
import { addMember } from '../support/member.ts'
import { type Answer, testServer } from '../support/server.ts'

const server = await testServer()
const answers = new Map<string, Answer>()
/** The key of somebody else, which may be revoked. */
let spare: Record<string, string> = {}

beforeAll(async () => {
  await makeDemo(server.stack.services, () => {}, 2_000)
  spare = { ...(await addMember(server)).auth }
})

/** QStash alone calls these, and signs what it sends; others are refused whatever is sent. */
const byNoClient = (name: string, status?: number) => name.includes('/api/qstash/') || status === 405

test('every operation has an example, and every example is of one', () => {
  const wanted = routes.filter((route) => !byNoClient(route.path, route.status)).map(operationName)
  expect([...examples.keys()].sort()).toEqual(wanted.sort())
})

const isEarlier = (value: unknown): value is Earlier =>
  typeof value === 'object' && value !== null && 'of' in value && 'at' in value

function resolved(value: unknown): unknown {
  if (isEarlier(value)) {
    const found = value.at
      .split('.')
      .reduce<unknown>(
        (inner, key) => (inner as Record<string, unknown> | undefined)?.[key],
        answers.get(value.of)?.body,
      )
    expect(found, `${value.at} of ${value.of}`).toBeDefined()
    return String(found).startsWith('http') ? String(found).split('/').filter(Boolean).at(-1) : found
  }
  if (Array.isArray(value)) return value.map(resolved)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolved(inner)]))
}

const text = (value: unknown) => encodeURIComponent(String(resolved(value)))

function urlOf(path: string, { params = {}, query = {} }: Example): string {
  const filled = path.replace(/:(\w+)/g, (_, name) => text(params[name] ?? USUAL_PARAMS[name]))
  const asked = Object.entries(query).map(([key, value]) => `${key}=${text(value)}`)
  return asked.length > 0 ? `${filled}?${asked.join('&')}` : filled
}

const byName = new Map(routes.map((route) => [operationName(route), route]))

test.each([...examples])('%s', async (name, example) => {
  const route = byName.get(name)
  if (!route) throw new Error(`no operation is ${name}`)
  const { method, path } = route
  const headers = { ...example.headers, ...(name === 'delete /api/personal_api_keys/@current' ? spare : {}) }
  const body = example.body && resolved(example.body)
  if (path.endsWith('/array.js')) {
    const answer = await fetch(server.url + urlOf(path, example), { redirect: 'manual' })
    return expect(answer.status).toBe(302)
  }
  const answer = await server.call(method.toUpperCase(), urlOf(path, example), body, headers)
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(400)
  if (answer.body?.warnings) expect(answer.body.warnings).toEqual([])
  answers.set(name, answer)
})
