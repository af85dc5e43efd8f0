import { expect, test } from 'vitest'
import { withinMemory } from '../../../lib/ingest/in-flight.ts'
import { decodePayload, decodeV1Payload, readLimited } from '../../../lib/ingest/read/body.ts'

const MB = 1024 * 1024
const now = new Date('2024-03-15T12:00:00Z')
const BUSY = { status: 503, headers: { 'Retry-After': '2' } }

/** Work on a body of so many bytes, which goes on until it is ended. */
function hold(bytes: number, at = now) {
  let end = () => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  const work = withinMemory(at, async (count) => {
    count(bytes)
    await ended
  })
  return { end, work }
}

test('large bodies at once took more memory than an isolate has: those above it are told to come again', async () => {
  const held = [hold(8 * MB), hold(8 * MB)]
  await expect(hold(MB).work).rejects.toMatchObject(BUSY)
  // what a browser sends is taken all the same
  await withinMemory(now, async (count) => count(60_000))
  for (const { end, work } of held) {
    end()
    await work
  }
  await withinMemory(now, async (count) => count(16 * MB))
})

test('bytes are counted as they come, decompressed ones too', async () => {
  const { end, work } = hold(15 * MB)
  const gzip = async (text: string) => {
    const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'))
    return new Uint8Array(await new Response(stream).arrayBuffer())
  }
  const large = await gzip(JSON.stringify('x'.repeat(2 * MB)))
  const query = new URLSearchParams()
  const plain = { contentType: '', contentEncoding: '', query }
  const body = (bytes: Uint8Array) => new Blob([bytes as Uint8Array<ArrayBuffer>]).stream()
  const busy = (read: Parameters<typeof withinMemory<unknown>>[1]) =>
    expect(withinMemory(now, read)).rejects.toMatchObject(BUSY)
  await busy((count) => decodePayload({ ...plain, bytes: large, count }))
  await busy((count) => decodeV1Payload(body(large), 'gzip', count))
  await busy((count) => readLimited(body(new Uint8Array(2 * MB)), 4 * MB, { count }))
  end()
  await work
})

test('a body whose request was stopped without a word counts no longer than a minute', async () => {
  const stopped = hold(16 * MB)
  await expect(hold(MB, new Date(now.getTime() + 59_000)).work).rejects.toMatchObject(BUSY)
  await withinMemory(new Date(now.getTime() + 61_000), async (count) => count(MB))
  stopped.end()
  await stopped.work
})
