import { invalid } from '../core/errors.ts'

/** The syntax tree of a formula: arithmetic over the series of a query, which are named A to Z. */
export type Formula =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'series'; readonly index: number }
  | { readonly kind: 'negate'; readonly arg: Formula }
  | {
      readonly kind: 'binary'
      readonly op: '+' | '-' | '*' | '/' | '%' | '**'
      readonly left: Formula
      readonly right: Formula
    }

const TOKEN = /\s*(\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+|\*\*|[-+*/%()]|[A-Za-z]+)/y
const MAX_LENGTH = 1_000
const MAX_DEPTH = 100

/**
 * Reads a formula (docs/trends.md 6): letters in any case, + - * / % **, signs, parentheses, numbers. Throws 400
 * `invalid_input` naming `attr` if the text is no such formula or names a series that the query does not have.
 */
export function parseFormula(text: string, seriesCount: number, attr: string): Formula {
  const fail = (what: string): never => {
    throw invalid(attr, `Formula ${JSON.stringify(text.slice(0, 100))}: ${what}.`)
  }
  if (text.length > MAX_LENGTH) fail(`longer than ${MAX_LENGTH} characters`)
  const tokens = tokenize(text, fail)
  let at = 0
  let depth = 0
  const accept = (...texts: string[]) => (texts.includes(tokens[at] ?? '') ? tokens[at++] : undefined)

  const sum = (): Formula => chain(product, '+', '-')
  const product = (): Formula => chain(unary, '*', '/', '%')
  function chain(next: () => Formula, ...ops: ('+' | '-' | '*' | '/' | '%')[]): Formula {
    let left = next()
    for (let op = accept(...ops); op; op = accept(...ops)) left = { kind: 'binary', op: op as '+', left, right: next() }
    return left
  }
  function unary(): Formula {
    if (++depth > MAX_DEPTH) fail('nested too deeply')
    const sign = accept('-', '+')
    const arg = sign ? unary() : power()
    depth--
    return sign === '-' ? { kind: 'negate', arg } : arg
  }
  function power(): Formula {
    const left = atom()
    return accept('**') ? { kind: 'binary', op: '**', left, right: unary() } : left
  }
  function atom(): Formula {
    if (accept('(')) {
      const inner = sum()
      if (!accept(')')) fail('a parenthesis is not closed')
      return inner
    }
    const token = tokens[at++]
    if (token === undefined) return fail('it ends too early')
    if (/^[\d.]/.test(token)) return { kind: 'number', value: Number(token) }
    if (!/^[A-Za-z]$/.test(token)) return fail(`${token} is not expected here`)
    const index = token.toUpperCase().charCodeAt(0) - 65
    if (index >= seriesCount) return fail(`there is no series ${token.toUpperCase()}`)
    return { kind: 'series', index }
  }

  const formula = sum()
  if (at < tokens.length) fail(`${tokens[at]} is not expected here`)
  return formula
}

function tokenize(text: string, fail: (what: string) => never): string[] {
  const tokens: string[] = []
  TOKEN.lastIndex = 0
  while (text.slice(TOKEN.lastIndex).trim() !== '') {
    const start = TOKEN.lastIndex
    const match = TOKEN.exec(text)
    if (!match?.[1]) return fail(`position ${start + 1} cannot be read`)
    tokens.push(match[1])
  }
  return tokens
}

/**
 * The value of a formula from the value of each series in one bucket. As in PostHog, division and modulo by zero give
 * 0.
 */
export function evaluateFormula(formula: Formula, series: readonly number[]): number {
  switch (formula.kind) {
    case 'number':
      return formula.value
    case 'series':
      return series[formula.index] ?? 0
    case 'negate':
      return -evaluateFormula(formula.arg, series)
    case 'binary':
      return operate(formula.op, evaluateFormula(formula.left, series), evaluateFormula(formula.right, series))
    default:
      return formula satisfies never
  }
}

function operate(op: '+' | '-' | '*' | '/' | '%' | '**', a: number, b: number): number {
  switch (op) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    case '/':
      return b === 0 ? 0 : a / b
    case '%':
      return b === 0 ? 0 : a - b * Math.floor(a / b)
    case '**':
      return a ** b
    default:
      return op satisfies never
  }
}
