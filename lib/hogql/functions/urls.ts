/** Functions of addresses. */
import { value } from '../../tree/build.ts'
import { type FunctionRule, rule } from '../rules.ts'
import { arrayOf, invoke } from '../values.ts'

const part = (fn: Parameters<typeof invoke>[0]): FunctionRule =>
  rule(1, 1, ['string'], (args) => ({ expr: invoke(fn, ...args), type: 'text' }))
const parts = (fn: Parameters<typeof invoke>[0]): FunctionRule =>
  rule(1, 1, ['string'], (args) => ({ expr: invoke(fn, ...args), type: arrayOf({ type: 'text' }) }))

export const URL_RULES: Readonly<Record<string, FunctionRule>> = {
  protocol: part('protocol'),
  domain: part('domain'),
  domainWithoutWWW: part('domainWithoutWWW'),
  topLevelDomain: part('topLevelDomain'),
  firstSignificantSubdomain: part('firstSignificantSubdomain'),
  cutToFirstSignificantSubdomain: part('cutToFirstSignificantSubdomain'),
  cutToFirstSignificantSubdomainWithWWW: part('cutToFirstSignificantSubdomainWithWWW'),
  port: rule(1, 2, ['string', 'float'], ([url = value(null, 'text'), otherwise = value(0, 'float')]) => ({
    expr: invoke('port', url, otherwise),
    type: 'float',
    number: 'UInt64',
  })),
  path: part('path'),
  pathFull: part('pathFull'),
  queryString: part('queryString'),
  fragment: part('fragment'),
  queryStringAndFragment: part('queryStringAndFragment'),
  netloc: part('netloc'),
  extractURLParameter: rule(2, 2, ['string'], (args) => ({
    expr: invoke('extractURLParameter', ...args),
    type: 'text',
  })),
  extractURLParameters: parts('extractURLParameters'),
  extractURLParameterNames: parts('extractURLParameterNames'),
  URLHierarchy: parts('URLHierarchy'),
  URLPathHierarchy: parts('URLPathHierarchy'),
  cutWWW: part('cutWWW'),
  cutQueryString: part('cutQueryString'),
  cutFragment: part('cutFragment'),
  cutQueryStringAndFragment: part('cutQueryStringAndFragment'),
  cutURLParameter: rule(2, 2, ['string', 'string or array'], (args) => ({
    expr: invoke('cutURLParameter', ...args),
    type: 'text',
  })),
  encodeURLComponent: part('encodeURLComponent'),
  encodeURLFormComponent: part('encodeURLFormComponent'),
  decodeURLComponent: part('decodeURLComponent'),
  decodeURLFormComponent: part('decodeURLFormComponent'),
}
