import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Faults, failCall } from './faults.ts'

export interface LocalServer {
  readonly url: string
  /** Connections are cut from now on: what clients see when a service is away. */
  down(): void
  up(): void
  /** The faults that tests have planned. */
  readonly faults: Faults
  close(): Promise<void>
}

export type Handler = (request: IncomingMessage, body: Buffer, response: ServerResponse) => Promise<void> | void

/** Serves on 127.0.0.1; port 0 = any free one. Throws an Error that names the port when it is in use. */
export async function serveLocal(name: string, port: number, handler: Handler): Promise<LocalServer> {
  let away = false
  const faults = new Faults()
  const server = createServer(async (request, response) => {
    if (away) return void request.socket.destroy()
    try {
      const body = await readAll(request)
      const fault = faults.of(body)
      const work = () => handler(request, body, response)
      await (fault ? failCall(fault, request, response, work) : work())
    } catch (error) {
      if (!response.headersSent) sendJson(response, 500, { error: String(error) })
      else response.destroy()
    }
  })
  // a client that sends on a connection just as it is closed is told of a reset, which the real services spare it
  server.keepAliveTimeout = 600_000
  await listen(server, name, port)
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    down() {
      away = true
      server.closeAllConnections()
    },
    up() {
      away = false
    },
    faults,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Throws an Error that names the port when it is in use. */
export async function requireFreePort(name: string, port: number): Promise<void> {
  const server = createServer()
  await listen(server, name, port)
  await new Promise((resolve) => server.close(resolve))
}

/** Sends JSON with its length. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
) {
  const text = JSON.stringify(body)
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    ...headers,
  })
  response.end(text)
}

function listen(server: Server, name: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new Error(`Port ${port}, which ${name} needs, is in use by another program.`)
          : error,
      ),
    )
    server.listen(port, '127.0.0.1', () => resolve())
  })
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
