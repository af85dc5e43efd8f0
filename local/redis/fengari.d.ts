// fengari has no types of its own; what lua.ts uses of it
declare module 'fengari' {
  type LuaText = Uint8Array
  const fengari: {
    // biome-ignore lint/suspicious/noExplicitAny: the C API of Lua, by name
    readonly lua: any
    // biome-ignore lint/suspicious/noExplicitAny: the C API of Lua, by name
    readonly lauxlib: any
    // biome-ignore lint/suspicious/noExplicitAny: the C API of Lua, by name
    readonly lualib: any
    to_jsstring(text: LuaText): string
    to_luastring(text: string): LuaText
  }
  export default fengari
}
