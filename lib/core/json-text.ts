/** JSON that is printed already: `printJson` puts it into the text around it as it is. */
export abstract class PrintedJson {
  abstract readonly text: string
  /** What it takes in memory, about, in characters. */
  abstract readonly weight: number

  /** For whoever prints it in another way. */
  toJSON(): unknown {
    if (!printing) return JSON.parse(this.text)
    printing.texts.push(this)
    return printing.mark
  }
}

export class JsonText extends PrintedJson {
  readonly text: string

  constructor(text: string) {
    super()
    this.text = text
  }

  get weight(): number {
    return this.text.length
  }
}

let printing: { readonly mark: string; readonly texts: PrintedJson[] } | undefined

/** The JSON around the texts that a value holds, in one piece more than there are texts, and the texts. */
export function printAround(value: unknown): {
  readonly pieces: readonly string[]
  readonly texts: readonly PrintedJson[]
} {
  // nobody can send what stands for a text
  const mark = crypto.randomUUID()
  const texts: PrintedJson[] = []
  printing = { mark, texts }
  try {
    const printed = JSON.stringify(value)
    return { pieces: texts.length === 0 ? [printed] : printed.split(`"${mark}"`), texts }
  } finally {
    printing = undefined
  }
}

/** The JSON of a value that may hold texts of JSON, which are neither parsed nor printed. */
export function printJson(value: unknown): string {
  const { pieces, texts } = printAround(value)
  return pieces.map((piece, index) => piece + (texts[index]?.text ?? '')).join('')
}
