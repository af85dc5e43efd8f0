/** Tokens of viewers, signed as a customer's own server signs them (docs/viewers.md). */
import { createHmac } from 'node:crypto'
import type { TestServer } from './server.ts'
import type { TestProject } from './world.ts'

/** A viewer secret as it is shown once. */
export interface MadeSecret {
  readonly id: string
  readonly secret: string
}

/** Makes a viewer secret of a project; `headers`: of the key that makes it. */
export async function makeSecret(
  server: TestServer,
  project: Pick<TestProject, 'path'>,
  headers: Record<string, string> = {},
): Promise<MadeSecret> {
  const made = await server.call('POST', `${project.path}viewer_secrets/`, { label: 'ours' }, headers)
  if (made.status !== 201) throw new Error(JSON.stringify(made.body))
  return made.body
}

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1_000) + seconds

/** A token of the viewer `a`, valid for a quarter of an hour, unless the claims and the header say otherwise. */
export function signToken({ id, secret }: MadeSecret, claims: object, header: object = {}): string {
  const signed = `${part({ alg: 'HS256', typ: 'JWT', kid: id, ...header })}.${part({ sub: 'a', exp: inSeconds(900), ...claims })}`
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}

export const bearer = (token: string) => ({ Authorization: `Bearer ${token}` })
