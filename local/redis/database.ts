import { Redis } from 'ioredis'
import { runCommand } from './commands.ts'
import { runScript, scriptSha } from './lua.ts'
import { integer, RedisError, type Reply, Store } from './store.ts'

/** What stands behind the shim. `run` throws `RedisError` for an error of Redis. */
export interface RedisDatabase {
  run(command: readonly string[]): Promise<Reply>
  /** One after the other with nothing between; an item that fails is its error. */
  transaction(commands: readonly (readonly string[])[]): Promise<(Reply | RedisError)[]>
  close(): Promise<void>
}

/** Redis in memory. `now` in milliseconds. */
export function memoryRedis(now: () => number = Date.now): RedisDatabase {
  const store = new Store(now)
  const scripts = new Map<string, string>()

  function run(command: readonly string[]): Reply {
    const [name = '', ...args] = command
    switch (name.toUpperCase()) {
      case 'EVAL':
      case 'EVAL_RO':
        return evaluate(args[0] ?? '', args.slice(1))
      case 'EVALSHA': {
        const script = scripts.get((args[0] ?? '').toLowerCase())
        if (script === undefined) throw new RedisError('NOSCRIPT No matching script. Please use EVAL.')
        return evaluate(script, args.slice(1))
      }
      case 'SCRIPT':
        return script(args)
      default:
        return runCommand(store, command)
    }
  }

  function evaluate(text: string, [count = '', ...rest]: readonly string[]): Reply {
    scripts.set(scriptSha(text), text)
    const keys = integer(count)
    return runScript(text, rest.slice(0, keys), rest.slice(keys), run)
  }

  function script([word = '', ...args]: readonly string[]): Reply {
    switch (word.toUpperCase()) {
      case 'LOAD':
        scripts.set(scriptSha(args[0] ?? ''), args[0] ?? '')
        return scriptSha(args[0] ?? '')
      case 'EXISTS':
        return args.map((sha) => Number(scripts.has(sha.toLowerCase())))
      case 'FLUSH':
        scripts.clear()
        return 'OK'
      default:
        throw new RedisError(`ERR unknown subcommand '${word}' of SCRIPT`)
    }
  }

  return {
    run: async (command) => run(command),
    async transaction(commands) {
      return commands.map((command) => {
        try {
          return run(command)
        } catch (error) {
          if (error instanceof RedisError) return error
          throw error
        }
      })
    },
    async close() {},
  }
}

/** A real Redis server. */
export function serverRedis(url: string): RedisDatabase {
  const client = new Redis(url, { maxRetriesPerRequest: 1 })
  client.on('error', () => {})
  const asError = (error: unknown) => new RedisError((error as Error).message)
  return {
    async run([name = '', ...args]) {
      try {
        return (await client.call(name, ...args)) as Reply
      } catch (error) {
        throw asError(error)
      }
    },
    async transaction(commands) {
      const multi = client.multi()
      for (const [name = '', ...args] of commands) multi.call(name, ...args)
      const answers = (await multi.exec()) ?? []
      return answers.map(([error, reply]) => (error ? asError(error) : (reply as Reply)))
    },
    async close() {
      client.disconnect()
    },
  }
}
