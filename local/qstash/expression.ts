/** `Upstash-Retry-Delay`: arithmetic over `retried`, in milliseconds. */

const FUNCTIONS: Readonly<Record<string, (...args: number[]) => number>> = {
  pow: Math.pow,
  min: Math.min,
  max: Math.max,
  exp: Math.exp,
  sqrt: Math.sqrt,
  abs: Math.abs,
  floor: Math.floor,
  ceil: Math.ceil,
  round: Math.round,
}

/** The value of an expression. Throws an Error that names what it cannot read. */
export function evaluate(text: string, retried: number): number {
  const tokens = text.match(/\d+(?:\.\d+)?|[a-z]+|\S/g) ?? []
  let at = 0
  const accept = (token: string) => tokens[at] === token && at++ >= 0
  const expect = (token: string) => {
    if (!accept(token)) throw new Error(`"${text}": expected "${token}" before "${tokens[at] ?? 'the end'}"`)
  }

  function sum(): number {
    let value = product()
    for (;;) {
      if (accept('+')) value += product()
      else if (accept('-')) value -= product()
      else return value
    }
  }

  function product(): number {
    let value = factor()
    for (;;) {
      if (accept('*')) value *= factor()
      else if (accept('/')) value /= factor()
      else return value
    }
  }

  function factor(): number {
    if (accept('-')) return -factor()
    if (accept('(')) {
      const value = sum()
      expect(')')
      return value
    }
    const token = tokens[at++] ?? ''
    if (/^\d/.test(token)) return Number(token)
    if (token === 'retried') return retried
    const call = Object.hasOwn(FUNCTIONS, token) ? FUNCTIONS[token] : undefined
    if (!call) throw new Error(`"${text}": "${token}" is not known`)
    expect('(')
    const args = [sum()]
    while (accept(',')) args.push(sum())
    expect(')')
    return call(...args)
  }

  const value = sum()
  if (at < tokens.length) throw new Error(`"${text}": "${tokens[at]}" is one too many`)
  if (Number.isNaN(value)) throw new Error(`"${text}" is no number when retried is ${retried}`)
  return value
}

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** `1d10h30m` or plain seconds -> milliseconds. Throws an Error. */
export function duration(text: string): number {
  if (/^\d+$/.test(text)) return Number(text) * 1000
  if (!/^(\d+[smhd])+$/.test(text)) throw new Error(`"${text}" is no duration`)
  return [...text.matchAll(/(\d+)([smhd])/g)].reduce(
    (sum, [, n, unit]) => sum + Number(n) * (UNITS[unit ?? ''] ?? 0),
    0,
  )
}
