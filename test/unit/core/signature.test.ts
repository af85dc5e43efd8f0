import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { sign, verify } from '../../../lib/core/signature.ts'

const NOW = 1_700_000_000
const bytes = (text: string) => new TextEncoder().encode(text)
const mac = (secret: string, text: string) => createHmac('sha256', secret).update(text).digest('hex')

test('a signature is the HMAC that every other tool makes', async () => {
  const body = '{"ref":"ünïcode"}'
  expect(await sign('secret', NOW, body)).toBe(`t=${NOW},v1=${mac('secret', `${NOW}.${body}`)}`)
  expect(await verify('secret', await sign('secret', NOW, body), bytes(body), NOW)).toEqual({
    accepted: mac('secret', `${NOW}.${body}`),
  })
})

test('the body is bytes, an empty one too', async () => {
  const body = Buffer.from([0xff, 0x00, 0xfe])
  const v1 = createHmac('sha256', 's').update(`${NOW}.`).update(body).digest('hex')
  expect(await verify('s', `t=${NOW},v1=${v1}`, body, NOW)).toEqual({ accepted: v1 })
  const empty = mac('s', `${NOW}.`)
  expect(await verify('s', `t=${NOW},v1=${empty}`, new Uint8Array(), NOW)).toEqual({ accepted: empty })
})

test('five minutes of tolerance, in both directions', async () => {
  const header = await sign('s', NOW, 'x')
  for (const off of [-300, 0, 300]) expect(await verify('s', header, bytes('x'), NOW + off)).toHaveProperty('accepted')
  for (const off of [-301, 301])
    expect(await verify('s', header, bytes('x'), NOW + off)).toEqual({
      refused: "The signature's time is more than 300 seconds from now.",
    })
})

test('another secret, body or time is refused', async () => {
  const header = await sign('s', NOW, 'x')
  const refused = { refused: 'The signature is not the one of this body.' }
  expect(await verify('S', header, bytes('x'), NOW)).toEqual(refused)
  expect(await verify('s', header, bytes('y'), NOW)).toEqual(refused)
  expect(await verify('s', header.replace(`t=${NOW}`, `t=${NOW + 1}`), bytes('x'), NOW)).toEqual(refused)
  expect(await verify('s', header.replace(`t=${NOW}`, `t=0${NOW}`), bytes('x'), NOW)).toEqual(refused)
})

test.each([
  '',
  't=1',
  'v1=00',
  `t=${NOW},v1=`,
  `t=${NOW},v1=${'g'.repeat(64)}`,
  `t=${NOW},t=${NOW},v1=${'0'.repeat(64)}`,
  `t=now,v1=${'0'.repeat(64)}`,
  `t=-1,v1=${'0'.repeat(64)}`,
  `t=${NOW},v1=${'0'.repeat(63)}`,
])('%j is no signature', async (header) => {
  const verdict = await verify('s', header || undefined, bytes('x'), NOW)
  expect(verdict).toEqual({ refused: expect.stringMatching(/is missing|must be t=/) })
})

test('the case of hex digits and signatures beside it make it no other signature', async () => {
  const v1 = mac('s', `${NOW}.x`)
  const accepted = { accepted: v1 }
  expect(await verify('s', `t=${NOW},v1=${v1.toUpperCase()}`, bytes('x'), NOW)).toEqual(accepted)
  expect(await verify('s', `v1=${'0'.repeat(64)}, v1=${v1}, t=${NOW}, v0=old`, bytes('x'), NOW)).toEqual(accepted)
})
