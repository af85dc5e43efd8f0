import { Redis } from 'ioredis'
import { runCommand } from './commands.ts'
import { runScript, scriptSha } from './lua.ts'
import { isRead, Replica } from './replica.ts'
import { integer, RedisError, type Reply, Store } from './store.ts'

/** What stands behind the shim. `run` throws `RedisError` for an error of Redis. */
export interface RedisDatabase {
  /** `seen`: the position that the client's last answer stood at. */
  run(command: readonly string[], seen?: number): Promise<Reply>
  /** One after the other with nothing between; an item that fails is its error. */
  transaction(commands: readonly (readonly string[])[]): Promise<(Reply | RedisError)[]>
  /** How many writes there were. */
  position(): number
  /** Reads are answered from a copy that is so many milliseconds behind; 0 = from the leader. */
  setLag(ms: number): void
  close(): Promise<void>
}

/** Redis in memory. `now` in milliseconds. */
export function memoryRedis(now: () => number = Date.now): RedisDatabase {
  const leader = new Store(now)
  const scripts = new Map<string, string>()
  let replica: Replica | undefined
  let position = 0

  function run(store: Store, command: readonly string[]): Reply {
    const [name = '', ...args] = command
    switch (name.toUpperCase()) {
      case 'EVAL':
      case 'EVAL_RO':
        return evaluate(store, args[0] ?? '', args.slice(1))
      case 'EVALSHA': {
        const script = scripts.get((args[0] ?? '').toLowerCase())
        if (script === undefined) throw new RedisError('NOSCRIPT No matching script. Please use EVAL.')
        return evaluate(store, script, args.slice(1))
      }
      case 'SCRIPT':
        return script(args)
      default: {
        const reply = runCommand(store, command)
        if (store === leader && !isRead(command)) replica?.note(++position, command)
        return reply
      }
    }
  }

  function evaluate(store: Store, text: string, [count = '', ...rest]: readonly string[]): Reply {
    scripts.set(scriptSha(text), text)
    const keys = integer(count)
    return runScript(text, rest.slice(0, keys), rest.slice(keys), (command) => run(store, command))
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
    async run(command, seen = 0) {
      return run((isRead(command) && replica?.storeAt(seen)) || leader, command)
    },
    async transaction(commands) {
      return commands.map((command) => {
        try {
          return run(leader, command)
        } catch (error) {
          if (error instanceof RedisError) return error
          throw error
        }
      })
    },
    position: () => position,
    setLag(ms) {
      replica = ms > 0 ? new Replica(leader, position, ms, run) : undefined
    },
    async close() {},
  }
}

/** A real Redis server. */
export function serverRedis(url: string): RedisDatabase {
  /** Scripts without their first line, whose flags only Upstash may know, by the hash of the whole. */
  const plain = new Map<string, string>()
  const readable = (command: readonly string[]): readonly string[] => {
    const [name = '', script = '', ...rest] = command
    const isWhole = name.toUpperCase() === 'EVAL' && script.startsWith('#!')
    if (isWhole) plain.set(scriptSha(script), script.replace(/^#![^\n]*/, ''))
    const text = isWhole ? plain.get(scriptSha(script)) : name.toUpperCase() === 'EVALSHA' && plain.get(script)
    return text ? ['EVAL', text, ...rest] : command
  }
  const client = new Redis(url, { maxRetriesPerRequest: 1 })
  client.on('error', () => {})
  const asError = (error: unknown) => new RedisError((error as Error).message)
  return {
    async run(command) {
      try {
        const [name = '', ...args] = readable(command)
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
    position: () => 0,
    setLag(ms) {
      if (ms > 0) throw new Error('Only the Redis in memory lags: REDIS_LAG_MS does not go with REDIS_URL.')
    },
    async close() {
      client.disconnect()
    },
  }
}
