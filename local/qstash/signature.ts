import { createHash, createHmac, randomUUID } from 'node:crypto'

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** The `Upstash-Signature` of a delivery (docs/protocols.md 3.4). `now` in milliseconds. */
export function sign(key: string, url: string, body: Buffer, now: number): string {
  const seconds = Math.floor(now / 1000)
  const claims = {
    iss: 'Upstash',
    sub: url,
    exp: seconds + 300,
    nbf: seconds,
    iat: seconds,
    jti: `jwt_${randomUUID()}`,
    body: createHash('sha256').update(body).digest('base64url'),
  }
  const content = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`
  return `${content}.${createHmac('sha256', key).update(content).digest('base64url')}`
}
