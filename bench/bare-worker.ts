/** The least that a worker can do for a cached read: one Redis GET, sent on. */
import { Hono } from 'hono'

interface Bindings {
  UPSTASH_REDIS_REST_URL: string
  UPSTASH_REDIS_REST_TOKEN: string
}

const app = new Hono<{ Bindings: Bindings }>()
// `startWorker` waits for it
app.get('/_health', (c) => c.text(''))
app.get('/read', async (c) => {
  const { UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token } = c.env
  const response = await fetch(url, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}` },
    body: '["GET","bench"]',
  })
  const { result } = (await response.json()) as { result: string }
  return c.body(result, 200, { 'Content-Type': 'application/json' })
})

export default app
