/** Every key of Redis begins with what is the deployment's own, so that two deployments share one Redis unharmed. */
import { assert } from '../core/assert.ts'

/** A command as it is sent: its name, then what follows. */
type Command = readonly unknown[]

/** From which word of a command up to which its keys stand. */
type KeysOf = (command: Command) => readonly [from: number, to: number]

const first: KeysOf = () => [1, 2]
const all: KeysOf = ({ length }) => [1, length]
const none: KeysOf = () => [0, 0]
/** `EVAL script 2 key key argument`. */
const counted: KeysOf = (command) => [3, 3 + Number(command[2])]

/** The library of the limiter sends `EVALSHA`. */
const KEYS: ReadonlyMap<string, KeysOf> = new Map([
  ...['get', 'set', 'strlen', 'getrange', 'ttl', 'pttl', 'pexpire', 'keys', 'zrange'].map((name): [string, KeysOf] => [
    name,
    first,
  ]),
  ...['mget', 'del', 'exists'].map((name): [string, KeysOf] => [name, all]),
  ...['eval', 'evalsha', 'eval_ro'].map((name): [string, KeysOf] => [name, counted]),
  ['time', none],
])

/** The same command with the prefix before each of its keys. Fails for a command whose keys are not known. */
export function withPrefix(prefix: string, command: Command): Command {
  const name = String(command[0]).toLowerCase()
  const keysOf = KEYS.get(name)
  assert(keysOf, `it is not known where the keys of ${name} stand`)
  const [from, to] = keysOf(command)
  return command.map((word, index) => (index >= from && index < to ? prefix + String(word) : word))
}
