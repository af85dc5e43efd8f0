/** A stack of its own and the worker under wrangler, as `npm start` runs it. */
import { KEY } from '../../local/credentials.ts'
import { type Stack, startStack } from '../../local/stack.ts'
import { freePort, startWorker } from '../../local/worker.ts'
import { migratedPglite } from './image.ts'

export interface Deployment {
  readonly url: string
  readonly stack: Stack
  /** The numbers of one series of the development project, from `POST query/`. */
  count(series: object, more?: object): Promise<number[]>
  close(): Promise<void>
}

export async function startDeployment(): Promise<Deployment> {
  const database = await migratedPglite()
  const port = await freePort()
  const stack = await startStack({ ...database, publicUrl: `http://127.0.0.1:${port}` })
  const worker = await startWorker(port, stack.bindings, () => {})
  return {
    url: worker.url,
    stack,
    async count(series, more = {}) {
      const query = { kind: 'TrendsQuery', series: [{ kind: 'EventsNode', ...series }], ...more }
      const response = await fetch(`${worker.url}/api/projects/1/query/`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${KEY}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({ query, refresh: 'force_blocking' }),
      })
      const body = (await response.json()) as { results: { data: number[] }[] }
      if (!response.ok) throw new Error(JSON.stringify(body))
      return body.results[0]?.data ?? []
    },
    async close() {
      await worker.close()
      await stack.close()
      await database.remove()
    },
  }
}
