import { afterAll, vi } from 'vitest'
import type { startServer, TestServer } from './server.ts'

/** Another isolate beside a server: it shares all services, and nothing that an isolate keeps. */
export const isolateBeside = (server: TestServer): Promise<TestServer> => another({ beside: server })

/** Another deployment, with a database and a queue of its own, on the Redis of a server. */
export const deploymentBeside = ({ stack }: TestServer): Promise<TestServer> => another({ redis: stack.redis })

async function another(options: Parameters<typeof startServer>[0]): Promise<TestServer> {
  vi.resetModules()
  const { startServer: start } = await import('./server.ts')
  const beside = await start(options)
  afterAll(() => beside.close())
  return beside
}
