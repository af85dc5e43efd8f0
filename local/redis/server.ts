import type { IncomingMessage } from 'node:http'
import { type LocalServer, sendJson, serveLocal } from '../http.ts'
import type { RedisDatabase } from './database.ts'
import { RedisError, type Reply } from './store.ts'

export interface RedisShim extends LocalServer {
  /** Since the last reset: HTTP requests, and the commands in them. */
  readonly calls: { requests: number; commands: string[] }
  resetCalls(): void
  /** Reads are so many milliseconds late from now on, but for clients that have seen more; 0 = not at all. */
  setLag(ms: number): void
}

type Answer = { readonly result: Reply } | { readonly error: string }

/** Upstash's REST protocol over a Redis (docs/protocols.md 2). Closing it closes the Redis. */
export async function startRedis(port: number, token: string, database: RedisDatabase): Promise<RedisShim> {
  const calls: RedisShim['calls'] = { requests: 0, commands: [] }

  async function one(command: unknown, seen: number): Promise<Answer> {
    if (!Array.isArray(command) || command.length === 0) return { error: 'ERR a command must be a list' }
    const words = command.map(String)
    calls.commands.push(words[0]?.toUpperCase() ?? '')
    try {
      return { result: await database.run(words, seen) }
    } catch (error) {
      if (error instanceof RedisError) return { error: error.message }
      throw error
    }
  }

  /** Lists of words, or null when the body is something else. */
  function readLists(body: Buffer): unknown[][] | null {
    const lists = readJson(body)
    return Array.isArray(lists) && lists.every((list) => Array.isArray(list) && list.length > 0) ? lists : null
  }

  async function transaction(commands: unknown[][]): Promise<Answer[]> {
    const words = commands.map((command) => command.map(String))
    calls.commands.push(...words.map(([name]) => name?.toUpperCase() ?? ''))
    const replies = await database.transaction(words)
    return replies.map((reply) => (reply instanceof RedisError ? { error: reply.message } : { result: reply }))
  }

  const server = await serveLocal('the Redis shim', port, async (request, body, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1')
    if (!isAuthorized(request, url, token))
      return sendJson(response, 401, { error: 'WRONGPASS invalid or missing auth token' })
    calls.requests++
    if (!['GET', 'POST', 'PUT', 'HEAD'].includes(request.method ?? ''))
      return sendJson(response, 405, { error: `ERR method ${request.method} is not allowed` })
    const encode = request.headers['upstash-encoding'] === 'base64' ? base64 : (reply: Reply) => reply
    const present = (answer: Answer) => ('result' in answer ? { result: encode(answer.result) } : answer)
    const seen = Number(request.headers['upstash-sync-token']) || 0
    // what a client has seen once it shall not miss afterwards
    const headers = () => ({ 'upstash-sync-token': String(database.position()) })
    if (url.pathname === '/pipeline' || url.pathname === '/multi-exec') {
      const commands = readLists(body)
      if (!commands) return sendJson(response, 400, { error: 'ERR the body must be a list of commands' })
      const answers =
        url.pathname === '/pipeline'
          ? await inOrder(commands, (command) => one(command, seen))
          : await transaction(commands)
      return sendJson(response, 200, answers.map(present), headers())
    }
    const answer = await one(url.pathname === '/' ? readJson(body) : pathCommand(url, body), seen)
    sendJson(response, 'error' in answer ? 400 : 200, present(answer), headers())
  })
  return {
    ...server,
    calls,
    setLag: (ms) => database.setLag(ms),
    resetCalls() {
      calls.requests = 0
      calls.commands.length = 0
    },
    async close() {
      await server.close()
      await database.close()
    },
  }
}

function readJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return undefined
  }
}

async function inOrder<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (const item of items) results.push(await work(item))
  return results
}

const isAuthorized = (request: IncomingMessage, url: URL, token: string) =>
  request.headers.authorization === `Bearer ${token}` || url.searchParams.get('_token') === token

/** `/set/k/v/EX/10`; a body is the last argument but for options in the query string. */
function pathCommand(url: URL, body: Buffer): string[] {
  const words = url.pathname.slice(1).split('/').map(decodeURIComponent)
  const options = [...url.searchParams]
    .filter(([name]) => name !== '_token')
    .flat()
    .filter(Boolean)
  return [...words, ...(body.length > 0 ? [body.toString()] : []), ...options]
}

/** Every text but `OK`, in lists too. */
function base64(reply: Reply): Reply {
  if (Array.isArray(reply)) return reply.map(base64)
  return typeof reply === 'string' && reply !== 'OK' ? Buffer.from(reply).toString('base64') : reply
}
