/** Between the fuzzer and the worker: some of its reads are sent a second time, as a viewer of the project. */
import { createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { bearer, signToken } from './support/viewer.ts'

/** What no viewer may ever read, and what none of the fuzzer's answers may hold either. */
const LEAKS =
  /sha256\$[0-9a-f]{16}|vsec_\w{20}|NeonDbError|Failed query:|SQLSTATE|"stack":|node_modules|"hogql":"[^"]|"query":\{/
const OPEN =
  /^\/api\/(projects|environments)\/[^/]+\/(insights(\/[^/]+(\/(svg|txt))?)?|dashboards(\/[^/]+)?|query\/[^/]+|persons\/insight\/[^/]+)\/*$/

export interface ViewersProxy {
  readonly url: string
  /** How many requests were sent as a viewer, and what was wrong with their answers. */
  readonly sent: number
  readonly findings: readonly string[]
  close(): void
}

/** Starts it in front of the worker at `target`; `key` makes the secrets of the fuzzer's projects. */
export async function startViewersProxy(target: string, key: string): Promise<ViewersProxy> {
  const secrets = new Map<string, Promise<string | undefined>>()
  const state = { sent: 0, findings: [] as string[], isClosed: false }

  /** A token that names all that the fuzzer makes in a project; undefined if there is no such project. */
  const tokenOf = (project: string) => {
    const known = secrets.get(project)
    if (known) return known
    const made = makeToken(project)
    secrets.set(project, made)
    return made
  }

  async function makeToken(project: string): Promise<string | undefined> {
    const headers = { ...bearer(key), 'Content-Type': 'application/json' }
    const at = `${target}/api/projects/${project}`
    const answer = await fetch(`${at}/viewer_secrets/`, { method: 'POST', headers, body: '{}' })
    if (answer.status !== 201) return undefined
    const idsOf = async (path: string) => {
      const list = (await (await fetch(`${at}/${path}/?basic=true&limit=100`, { headers })).json()) as {
        results: { id: number }[]
      }
      return list.results.map(({ id }) => id)
    }
    return signToken((await answer.json()) as { id: string; secret: string }, {
      sub: `fuzz-${project}`,
      exp: Math.floor(Date.now() / 1_000) + 86_000,
      insights: await idsOf('insights'),
      dashboards: await idsOf('dashboards'),
      filters: [{ type: 'event', key: 'plan', value: ['pro', 'free'] }],
      allowed_filters: [{ key: 'plan' }, { key: 'email', type: 'person' }],
      allowed_dates: true,
      people: true,
      rpm: 300,
    })
  }

  async function readAsViewer(method: string, path: string): Promise<void> {
    const [, project = ''] = /^\/api\/(?:projects|environments)\/(\d+)\//.exec(path) ?? []
    const token = project && (await tokenOf(project))
    if (!token) return
    state.sent++
    const answer = await fetch(target + path, {
      method,
      headers: { ...bearer(token), Origin: 'https://evil.test' },
      redirect: 'manual',
    }).catch((error) => ({ error }))
    const finding = 'error' in answer ? `no answer: ${answer.error}` : await wrongWith(path, answer)
    if (finding) state.findings.push(`${method} ${path.slice(0, 500)}: ${finding}`)
  }

  async function wrongWith(path: string, answer: Response): Promise<string | undefined> {
    const text = await answer.text()
    const leak = LEAKS.exec(text)
    if (leak) return `${answer.status} with ${leak[0]}`
    if (answer.status >= 500 && answer.status !== 503 && answer.status !== 504)
      return `${answer.status} ${text.slice(0, 300)}`
    const bare = path.replace(/\?.*$/s, '').replace(/\.(csv|json|svg|txt)(?=\/*$)/, '')
    if (answer.status < 300 && !OPEN.test(bare)) return `${answer.status}, but no viewer may read it`
    return undefined
  }

  /** The fuzzer ends paths in other ways, which that of the first page cannot: a host would be another host. */
  async function documentWithoutRoot(): Promise<unknown> {
    const document = (await (await fetch(`${target}/api/schema/`)).json()) as { paths: Record<string, unknown> }
    const { '/': _root, ...paths } = document.paths
    return { ...document, paths }
  }

  const forward = (incoming: IncomingMessage, body: Buffer) =>
    request(target + incoming.url, { method: incoming.method, headers: incoming.headers })
      .setTimeout(60_000)
      .end(body)

  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk)
    const body = Buffer.concat(chunks)
    const { method = 'GET', url = '/' } = incoming
    if (url.startsWith('/api/schema')) return outgoing.end(JSON.stringify(await documentWithoutRoot()))
    forward(incoming, body)
      .on('response', (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(outgoing)
      })
      .on('error', () => outgoing.destroy())
    if (!incoming.headers['x-fuzz'] || (method !== 'GET' && method !== 'DELETE')) return
    await readAsViewer(method, url).catch((error) => {
      // the fuzzer does not wait for the second time
      if (!state.isClosed) state.findings.push(`${method} ${url.slice(0, 500)}: ${error}`)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get sent() {
      return state.sent
    },
    get findings() {
      return state.findings
    },
    close() {
      state.isClosed = true
      server.closeAllConnections()
      server.close()
    },
  }
}
