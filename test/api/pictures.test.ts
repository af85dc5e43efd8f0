/** `insights/:id.svg` and `.txt` for keys, links and tokens of viewers. */
import { beforeAll, expect, test } from 'vitest'
import { KEY } from '../../local/credentials.ts'
import { testServer } from '../support/server.ts'
import { bearer, makeSecret, signToken } from '../support/viewer.ts'
import { counts, event, makeProject, THREE_DAYS } from '../support/world.ts'

const server = await testServer()
const project = await makeProject(server)
let path = ''
let id = 0
beforeAll(async () => {
  await project.send(
    ['acme', 'acme', 'umbrella'].map((tenant, index) =>
      event('paid', `person ${index}`, `2020-01-0${index + 1}T10:00:00Z`, { properties: { tenant } }),
    ),
  )
  const query = { kind: 'TrendsQuery', ...counts('paid'), ...THREE_DAYS }
  id = (await server.call('POST', `${project.path}insights/`, { name: 'Orders', query })).body.id
  path = `${project.path}insights/${id}`
})

async function get(address: string, headers: Record<string, string>) {
  const answer = await fetch(server.url + address, { headers })
  return { status: answer.status, headers: answer.headers, text: await answer.text() }
}

test('a key gets the picture and the number, and a 304 when it has them', async () => {
  const number = await get(`${path}.txt`, bearer(KEY))
  expect([number.status, number.text]).toEqual([200, '3\n'])
  const picture = await get(`${path}.svg?width=400&theme=dark`, bearer(KEY))
  expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/svg+xml; charset=utf-8'])
  expect(picture.text).toContain('width="400"')
  const known = { ...bearer(KEY), 'If-None-Match': picture.headers.get('etag') ?? '' }
  expect((await get(`${path}.svg?width=400&theme=dark`, known)).status).toBe(304)
  expect((await get(`${path}.svg?width=480&theme=dark`, known)).status).toBe(200)
  expect((await get(`${path}.txt`, {})).status).toBe(401)
  expect((await get(`${path}.svg?kind=map`, bearer(KEY))).status).toBe(400)
  expect((await get(`${project.path}insights/999999.svg`, bearer(KEY))).status).toBe(404)
})

test('a viewer gets those of the rows that the token lets see, from a page of any origin', async () => {
  const secret = await makeSecret(server, project)
  const filters = [{ type: 'event', key: 'tenant', value: 'acme' }]
  const viewer = bearer(signToken(secret, { insights: [id], filters }))
  const number = await get(`${path}.txt`, { ...viewer, Origin: 'https://a.example' })
  expect([number.status, number.text, number.headers.get('access-control-allow-origin')]).toEqual([200, '2\n', '*'])
  const picture = await get(`${path}.svg?refresh=blocking`, viewer)
  expect(picture.status).toBe(200)
  expect(picture.text).not.toMatch(/acme|tenant/)
  await server.settled()
  server.ahead += 5_000
  expect(await server.counted(() => get(`${path}.svg`, viewer))).toEqual({ redis: 1, postgres: 0, qstash: 0 })
  const other = bearer(signToken(secret, { insights: [id + 1] }))
  expect((await get(`${path}.svg`, other)).status).toBe(404)
})

test('a picture of a result that is being computed says when to come again', async () => {
  const query = { kind: 'TrendsQuery', ...counts('paid', { custom_name: 'not yet' }), ...THREE_DAYS }
  const made = await server.call('POST', `${project.path}insights/`, { query })
  const fresh = `${project.path}insights/${made.body.id}`
  const { access_token: token } = (await server.call('PATCH', `${fresh}/sharing/`, { enabled: true })).body
  server.stack.qstash.pause()
  const waiting = await get(`/shared/${token}.svg`, {})
  expect(waiting.text).toMatch(/ data-again="\d+"/)
  server.stack.qstash.resume()
  await server.stack.qstash.idle()
  server.ahead += 5_000
  expect((await get(`${fresh}.svg?sharing_access_token=${token}`, {})).text).not.toContain('data-again')
})
