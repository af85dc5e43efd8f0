/** JSON that is printed already: `printJson` puts it into the text around it as it is. */
export class JsonText {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  /** For whoever prints it in another way. */
  toJSON(): unknown {
    if (!printing) return JSON.parse(this.text)
    printing.texts.push(this.text)
    return printing.mark
  }
}

let printing: { readonly mark: string; readonly texts: string[] } | undefined

/** The JSON of a value that may hold texts of JSON, which are neither parsed nor printed. */
export function printJson(value: unknown): string {
  // nobody can send what stands for a text
  const mark = crypto.randomUUID()
  const texts: string[] = []
  printing = { mark, texts }
  let printed: string
  try {
    printed = JSON.stringify(value)
  } finally {
    printing = undefined
  }
  if (texts.length === 0) return printed
  const pieces = printed.split(`"${mark}"`)
  return pieces.map((piece, index) => piece + (texts[index] ?? '')).join('')
}
