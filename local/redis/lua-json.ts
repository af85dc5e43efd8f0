/** `cjson` of Redis's scripts. */
import fengari from 'fengari'
import { fromLua, toLua } from './lua-text.ts'

const { lua, lauxlib } = fengari
type State = ReturnType<typeof lauxlib.luaL_newstate>

/** Sets the global `cjson` with `encode`, `decode` and `null`. */
export function openJson(L: State): void {
  lua.lua_newtable(L)
  lua.lua_pushcfunction(L, (state: State) => {
    const text = toText(state)
    lua.lua_settop(state, 0)
    if (text === undefined) return lauxlib.luaL_error(state, toLua('Cannot serialise this value'))
    lua.lua_pushstring(state, toLua(text))
    return 1
  })
  lua.lua_setfield(L, -2, toLua('encode'))
  lua.lua_pushcfunction(L, (state: State) => {
    let value: unknown
    try {
      value = JSON.parse(fromLua(lauxlib.luaL_checkstring(state, 1)))
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      return lauxlib.luaL_error(state, toLua('Expected value but found invalid token'))
    }
    pushJson(state, value)
    return 1
  })
  lua.lua_setfield(L, -2, toLua('decode'))
  lua.lua_pushlightuserdata(L, null)
  lua.lua_setfield(L, -2, toLua('null'))
  lua.lua_setglobal(L, toLua('cjson'))
}

function toText(L: State): string | undefined {
  lua.lua_settop(L, 1)
  try {
    return JSON.stringify(readJson(L, 0))
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** The value on top of the stack. A table with a first item is a list, an empty one an object, as cjson has it. */
function readJson(L: State, depth: number): unknown {
  if (depth > 100) throw new RangeError('nested too deep')
  switch (lua.lua_type(L, -1)) {
    case lua.LUA_TNUMBER:
      return lua.lua_tonumber(L, -1)
    case lua.LUA_TSTRING:
      return fromLua(lua.lua_tostring(L, -1))
    case lua.LUA_TBOOLEAN:
      return lua.lua_toboolean(L, -1)
    case lua.LUA_TTABLE:
      return readJsonTable(L, depth)
    case lua.LUA_TNIL:
    case lua.LUA_TLIGHTUSERDATA:
      return null
    default:
      throw new RangeError('no JSON')
  }
}

function readJsonTable(L: State, depth: number): unknown {
  const entries: [string, unknown][] = []
  lua.lua_pushnil(L)
  while (lua.lua_next(L, -2)) {
    const value = readJson(L, depth + 1)
    // a copy: lua_tostring would change a number that is a key, and with it the walk
    lua.lua_pushvalue(L, -2)
    entries.push([fromLua(lua.lua_tostring(L, -1)), value])
    lua.lua_pop(L, 2)
  }
  const byName = Object.fromEntries(entries)
  const isList = entries.length > 0 && entries.every((_, index) => Object.hasOwn(byName, String(index + 1)))
  return isList ? entries.map((_, index) => byName[String(index + 1)]) : byName
}

function pushJson(L: State, value: unknown): void {
  if (value === null) lua.lua_pushlightuserdata(L, null)
  else if (typeof value === 'number')
    (value | 0) === value ? lua.lua_pushinteger(L, value) : lua.lua_pushnumber(L, value)
  else if (typeof value === 'boolean') lua.lua_pushboolean(L, value)
  else if (typeof value === 'string') lua.lua_pushstring(L, toLua(value))
  else if (Array.isArray(value)) {
    lua.lua_newtable(L)
    value.forEach((item, index) => {
      pushJson(L, item)
      lua.lua_rawseti(L, -2, index + 1)
    })
  } else {
    lua.lua_newtable(L)
    for (const [name, item] of Object.entries(value as object)) {
      lua.lua_pushstring(L, toLua(name))
      pushJson(L, item)
      lua.lua_rawset(L, -3)
    }
  }
}
