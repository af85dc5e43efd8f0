/** Texts that lie compressed, and answers that send them as they lie: one gzip stream around blocks that were compressed long before. */
import { constants, crc32, deflateRawSync, inflateRawSync } from 'node:zlib'
import { PrintedJson, printAround } from './json-text.ts'

/** JSON that lies compressed: blocks of deflate that end with a whole byte and not with the last block. */
export class ZippedJson extends PrintedJson {
  readonly zipped: Zipped

  constructor(zipped: Zipped) {
    super()
    this.zipped = zipped
  }

  /** The text, which is unzipped when somebody asks for it. */
  get text(): string {
    return new TextDecoder().decode(unzip(this.zipped))
  }

  get weight(): number {
    return this.zipped.blocks.length
  }
}

export interface Zipped {
  readonly blocks: Uint8Array<ArrayBuffer>
  /** Of what is compressed. */
  readonly bytes: number
  readonly crc: number
}

export const zip = (bytes: Uint8Array): Zipped => ({
  blocks: new Uint8Array(deflateRawSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH })),
  bytes: bytes.length,
  crc: crc32(bytes),
})

const unzip = ({ blocks }: Zipped): Uint8Array => inflateRawSync(blocks, { finishFlush: constants.Z_SYNC_FLUSH })

/**
 * A value that holds one zipped text -> the bytes of its JSON in gzip, without unzipping anything; undefined for a value
 * that holds none or more than one.
 */
export function gzipAround(value: unknown): Uint8Array<ArrayBuffer> | undefined {
  const { pieces, texts } = printAround(value)
  const [inner] = texts
  if (texts.length !== 1 || !(inner instanceof ZippedJson)) return undefined
  const { blocks, bytes, crc } = inner.zipped
  const encoder = new TextEncoder()
  const [before, after] = [encoder.encode(pieces[0]), encoder.encode(pieces[1])]
  const whole = crc32(after, afterBytes(crc32(before), crc, bytes))
  const size = before.length + bytes + after.length
  return joined([HEADER, ...stored(before, false), blocks, ...stored(after, true), word(whole), word(size)])
}

/** RFC 1952: the magic numbers, deflate, no flags, no time, no system. */
const HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255)
const MOST_STORED = 65_535

/** Bytes as blocks that are not compressed (RFC 1951 3.2.4); `last`: nothing comes after them. */
function stored(bytes: Uint8Array, last: boolean): Uint8Array[] {
  const blocks: Uint8Array[] = []
  for (let at = 0; at < bytes.length || at === 0; at += MOST_STORED) {
    const part = bytes.subarray(at, at + MOST_STORED)
    const isLast = last && at + MOST_STORED >= bytes.length
    const { length } = part
    blocks.push(Uint8Array.of(isLast ? 1 : 0, length, length >> 8, ~length, ~length >> 8), part)
  }
  return blocks
}

const word = (value: number) => Uint8Array.of(value, value >>> 8, value >>> 16, value >>> 24)

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

const POLYNOMIAL = 0xedb88320

/** The CRC-32 of two texts behind each other, from those of both and the bytes of the second: the first, moved on by as many zero bytes. */
function afterBytes(first: number, second: number, bytes: number): number {
  // the operator of one zero bit: row n is what bit n becomes
  let operator = Array.from({ length: 32 }, (_, bit) => (bit === 0 ? POLYNOMIAL : 1 << (bit - 1)))
  let moved = first
  for (let bits = bytes * 8; bits > 0; bits = Math.floor(bits / 2)) {
    if (bits % 2 === 1) moved = applied(operator, moved)
    operator = operator.map((row) => applied(operator, row))
  }
  return (moved ^ second) >>> 0
}

function applied(operator: readonly number[], value: number): number {
  let sum = 0
  for (let bit = 0; bit < 32; bit++) if ((value >>> bit) & 1) sum ^= operator[bit] ?? 0
  return sum
}
