import { collectionCommands } from './collections.ts'
import { sortedSetCommands } from './sorted-sets.ts'
import { type Command, RedisError, type Reply, type Store } from './store.ts'
import { stringCommands } from './strings.ts'

const COMMANDS: Readonly<Record<string, Command>> = {
  ...stringCommands,
  ...collectionCommands,
  ...sortedSetCommands,
}

/** Runs one command. Throws `RedisError`, which names a command that is not known. */
export function runCommand(store: Store, [name = '', ...args]: readonly string[]): Reply {
  const command = Object.hasOwn(COMMANDS, name.toUpperCase()) ? COMMANDS[name.toUpperCase()] : undefined
  if (!command) throw new RedisError(`ERR unknown command '${name}'`)
  if (args.length < command.min)
    throw new RedisError(`ERR wrong number of arguments for '${name.toLowerCase()}' command`)
  return command.run(store, args)
}
