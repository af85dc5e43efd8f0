/** The values that a deployment needs: from the environment or a file, and else asked for. */
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { fail } from '../deployment.ts'

/** Each secret, and where its value is shown. */
export const SECRETS: Readonly<Record<string, string>> = {
  DATABASE_URL: 'console.neon.tech, your project, Connect: the connection string',
  UPSTASH_REDIS_REST_URL: 'console.upstash.com, your Redis database, REST API: the https address',
  UPSTASH_REDIS_REST_TOKEN: 'beside it: the standard token',
  QSTASH_URL: 'console.upstash.com/qstash: the address of your region',
  QSTASH_TOKEN: 'the same page: the token',
  QSTASH_CURRENT_SIGNING_KEY: 'the same page: the current signing key',
  QSTASH_NEXT_SIGNING_KEY: 'the same page: the next signing key',
}

const canAsk = () => process.stdin.isTTY === true && process.stdout.isTTY === true

/** Asks for a line; `hidden`: what is typed is not shown. */
async function ask(question: string, hidden = false): Promise<string> {
  process.stdout.write(question)
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output: hidden ? silent : process.stdout, terminal: true })
  try {
    return (await lines.question('')).trim()
  } finally {
    lines.close()
    if (hidden) process.stdout.write('\n')
  }
}

/** Completes the environment with the secrets that it lacks. Ends the process with their names if nobody can be asked. */
export async function completeSecrets(): Promise<void> {
  const missing = Object.entries(SECRETS).filter(([name]) => !process.env[name])
  if (missing.length > 0 && !canAsk())
    fail(
      `Missing, in the environment and in the file of settings:\n${missing.map(([name, where]) => `  ${name.padEnd(26)} ${where}`).join('\n')}`,
    )
  for (const [name, where] of missing) {
    const value = await ask(`${name}  (${where}; what you paste is not shown): `, true)
    if (!value) fail(`${name} is needed.`)
    process.env[name] = value
  }
}

/** An answer of whoever runs the command, or `otherwise` if nobody can be asked. */
export const askOr = async (given: string | undefined, question: string, otherwise: string): Promise<string> =>
  given ?? ((canAsk() && (await ask(question))) || otherwise)
