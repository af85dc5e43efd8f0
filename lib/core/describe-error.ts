const MAX_CAUSES = 5
const MAX_CHARACTERS = 500
const MAX_FRAMES = 8

/**
 * What a log may hold of an error: its name, code and text, those of its causes, and where the first of them came from.
 * Never the statement or command that failed: their parameters are hashes, tokens, secrets and what customers sent.
 */
export function describeError(error: unknown): string {
  const chain: unknown[] = []
  for (let next = error; next && chain.length < MAX_CAUSES; next = (next as { cause?: unknown }).cause) chain.push(next)
  const texts = chain.map(describe)
  const frames = stackOf(chain.at(-1))
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
  return [texts.join(' <- '), ...frames.slice(0, MAX_FRAMES)].join('\n')
}

function describe(error: unknown): string {
  const { name, code, message } = error as { name?: unknown; code?: unknown; message?: unknown }
  const text = typeof message === 'string' ? message : String(error)
  // Drizzle and the client of Redis say what they were asked to do
  const [said = ''] = text.split(/^Failed query:|, command was:/)
  return [name, code, said.slice(0, MAX_CHARACTERS)].filter((part) => typeof part === 'string' && part !== '').join(' ')
}

const stackOf = (error: unknown): string => {
  const stack = (error as { stack?: unknown } | undefined)?.stack
  return typeof stack === 'string' ? stack : ''
}
