/** Redis scripts: Lua with `redis.call`, `redis.pcall`, KEYS and ARGV. */
import { createHash } from 'node:crypto'
import fengari from 'fengari'
import { openJson } from './lua-json.ts'
import { fromLua, toLua } from './lua-text.ts'
import { RedisError, type Reply } from './store.ts'

const { lua, lauxlib, lualib } = fengari
type State = ReturnType<typeof lauxlib.luaL_newstate>

/** Commands whose `OK` would be a value someone stored, not a status. */
const READS_TEXT = new Set(
  'GET GETDEL GETEX GETSET HGET LPOP RPOP ECHO PING EVAL EVALSHA EVAL_RO INCRBYFLOAT ZSCORE'.split(' '),
)

export type RunCommand = (args: readonly string[]) => Reply

export const scriptSha = (script: string) => createHash('sha1').update(script).digest('hex')

/** Runs a script to its answer. Throws `RedisError` for what it raises. */
export function runScript(text: string, keys: readonly string[], args: readonly string[], run: RunCommand): Reply {
  // Redis allows a first line that says how to run the script
  const script = text.replace(/^#![^\n]*/, '')
  const L = lauxlib.luaL_newstate()
  for (const [name, open] of [
    ['_G', lualib.luaopen_base],
    ['table', lualib.luaopen_table],
    ['string', lualib.luaopen_string],
    ['math', lualib.luaopen_math],
  ] as const) {
    lauxlib.luaL_requiref(L, toLua(name), open, 1)
    lua.lua_pop(L, 1)
  }
  // Redis is Lua 5.1
  lauxlib.luaL_dostring(L, toLua('unpack = table.unpack'))
  openJson(L)
  pushReply(L, [...keys])
  lua.lua_setglobal(L, toLua('KEYS'))
  pushReply(L, [...args])
  lua.lua_setglobal(L, toLua('ARGV'))
  lua.lua_newtable(L)
  setFunction(L, 'call', (state) => call(state, run, false))
  setFunction(L, 'pcall', (state) => call(state, run, true))
  setFunction(L, 'error_reply', (state) => wrap(state, 'err'))
  setFunction(L, 'status_reply', (state) => wrap(state, 'ok'))
  lua.lua_setglobal(L, toLua('redis'))
  if (lauxlib.luaL_loadstring(L, toLua(script)) !== lua.LUA_OK || lua.lua_pcall(L, 0, 1, 0) !== lua.LUA_OK) {
    const message = lua.lua_istable(L, -1) ? field(L, 'err') : fromLua(lua.lua_tostring(L, -1) ?? toLua('error'))
    throw new RedisError(message?.startsWith('ERR') || message?.startsWith('WRONG') ? message : `ERR ${message}`)
  }
  return readReply(L)
}

function setFunction(L: State, name: string, run: (state: State) => number): void {
  lua.lua_pushcfunction(L, run)
  lua.lua_setfield(L, -2, toLua(name))
}

function call(L: State, run: RunCommand, isProtected: boolean): number {
  const args: string[] = []
  try {
    for (let index = 1; index <= lua.lua_gettop(L); index++) args.push(readArgument(L, index))
    const reply = run(args)
    if (reply === 'OK' && !READS_TEXT.has(args[0]?.toUpperCase() ?? '')) pushTable(L, 'ok', reply)
    else pushReply(L, reply)
  } catch (error) {
    if (!(error instanceof RedisError)) throw error
    pushTable(L, 'err', error.message)
    if (!isProtected) return lua.lua_error(L)
  }
  return 1
}

function readArgument(L: State, index: number): string {
  switch (lua.lua_type(L, index)) {
    case lua.LUA_TNUMBER:
      return String(lua.lua_tonumber(L, index))
    case lua.LUA_TSTRING:
      return fromLua(lua.lua_tostring(L, index))
    default:
      throw new RedisError('ERR Lua redis lib command arguments must be strings or integers')
  }
}

function wrap(L: State, name: string): number {
  pushTable(L, name, fromLua(lua.lua_tostring(L, 1)))
  return 1
}

function pushTable(L: State, name: string, value: string): void {
  lua.lua_newtable(L)
  lua.lua_pushstring(L, toLua(value))
  lua.lua_setfield(L, -2, toLua(name))
}

function pushReply(L: State, reply: Reply): void {
  if (reply === null) lua.lua_pushboolean(L, false)
  // fengari's integers have 32 bits
  else if (typeof reply === 'number')
    (reply | 0) === reply ? lua.lua_pushinteger(L, reply) : lua.lua_pushnumber(L, reply)
  else if (typeof reply === 'string') lua.lua_pushstring(L, toLua(reply))
  else {
    lua.lua_newtable(L)
    reply.forEach((item, index) => {
      pushReply(L, item)
      lua.lua_rawseti(L, -2, index + 1)
    })
  }
}

function field(L: State, name: string): string | undefined {
  lua.lua_getfield(L, -1, toLua(name))
  const text = lua.lua_isnil(L, -1) ? undefined : fromLua(lua.lua_tostring(L, -1))
  lua.lua_pop(L, 1)
  return text
}

/** The value on top of the stack, by Redis's rules: numbers are cut, false is null, a list ends at its first nil. */
function readReply(L: State): Reply {
  switch (lua.lua_type(L, -1)) {
    case lua.LUA_TNUMBER:
      return Math.trunc(lua.lua_tonumber(L, -1))
    case lua.LUA_TSTRING:
      return fromLua(lua.lua_tostring(L, -1))
    case lua.LUA_TBOOLEAN:
      return lua.lua_toboolean(L, -1) ? 1 : null
    case lua.LUA_TTABLE:
      return readTable(L)
    default:
      return null
  }
}

function readTable(L: State): Reply {
  const error = field(L, 'err')
  if (error !== undefined) throw new RedisError(error)
  const status = field(L, 'ok')
  if (status !== undefined) return status
  const items: Reply[] = []
  for (let index = 1; ; index++) {
    lua.lua_rawgeti(L, -1, index)
    const ends = lua.lua_isnil(L, -1)
    if (!ends) items.push(readReply(L))
    lua.lua_pop(L, 1)
    if (ends) return items
  }
}
