/** `insight_variables/`: the values that SQL texts read. */
import { expect, test } from 'vitest'
import { testServer } from '../support/server.ts'
import { makeProject } from '../support/world.ts'

const server = await testServer()
const project = await makeProject(server)
const call = (method: string, path: string, body?: unknown) =>
  server.call(method, `${project.path}insight_variables/${path}`, body)

test('a variable is made, read, listed, changed and deleted; its code name is made of its name and stays', async () => {
  const made = await call('POST', '', { name: 'Least Amount!', type: 'Number', default_value: '3' })
  expect([made.status, made.body]).toMatchObject([
    201,
    { name: 'Least Amount!', code_name: 'least_amount', type: 'Number', default_value: 3, values: null },
  ])
  const { id } = made.body
  expect((await call('GET', `${id}/`)).body).toEqual(made.body)
  expect((await call('GET', '')).body).toMatchObject({ count: 1, results: [made.body] })
  const changed = await call('PATCH', `${id}/`, { name: 'Most', default_value: 5 })
  expect([changed.status, changed.body]).toMatchObject([
    200,
    { name: 'Most', code_name: 'least_amount', default_value: 5 },
  ])
  expect((await call('DELETE', `${id}/`)).status).toBe(204)
  expect((await call('GET', `${id}/`)).status).toBe(404)
  expect((await call('PATCH', `${id}/`, { name: 'x' })).status).toBe(404)
})

test.each([
  [{ type: 'String' }, 'name', 'required'],
  [{ name: '!', type: 'String' }, 'name', 'invalid_input'],
  [{ name: 'a', type: 'Text' }, 'type', 'invalid_choice'],
  [{ name: 'a', type: 'Number', default_value: 'many' }, 'default_value', 'invalid_input'],
  [{ name: 'a', type: 'Boolean', default_value: 3 }, 'default_value', 'invalid_input'],
  [{ name: 'a', type: 'List', values: ['x'], default_value: 'y' }, 'default_value', 'invalid_input'],
  [{ name: 'a', type: 'Date', default_value: {} }, 'default_value', 'invalid_input'],
])('%j is refused', async (body, attr, code) => {
  const { status, body: answer } = await call('POST', '', body)
  expect([status, answer]).toMatchObject([400, { attr, code }])
})

test('two variables of a project have two code names', async () => {
  expect((await call('POST', '', { name: 'plan', type: 'List', values: ['a', 'b'], default_value: 'a' })).status).toBe(
    201,
  )
  expect((await call('POST', '', { name: 'Plan', type: 'String' })).body).toMatchObject({
    attr: 'name',
    code: 'unique',
  })
})
