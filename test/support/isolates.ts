import { afterAll, vi } from 'vitest'
import type { TestServer } from './server.ts'

/** Another isolate beside a server: it shares all services, and nothing that an isolate keeps. */
export async function isolateBeside(server: TestServer): Promise<TestServer> {
  vi.resetModules()
  const { startServer } = await import('./server.ts')
  const beside = await startServer({ beside: server })
  afterAll(() => beside.close())
  return beside
}
