import type { URL_FUNCTIONS } from '../../../tree/language/urls.ts'
import type { Printed } from './printed.ts'

const called =
  (name: string, ...more: readonly string[]) =>
  (args: readonly string[]) =>
    `${name}(${[...args, ...more].join(', ')})`

export const PRINTED_URL: Printed<typeof URL_FUNCTIONS> = {
  protocol: called('url_protocol'),
  domain: called('url_host'),
  domainWithoutWWW: ([url]) => `url_without_www(url_host(${url}))`,
  topLevelDomain: called('url_top_level_domain'),
  firstSignificantSubdomain: ([url]) => `split_part(url_registered(url_without_www(url_host(${url}))), '.', 1)`,
  cutToFirstSignificantSubdomain: ([url]) => `url_registered(url_without_www(url_host(${url})))`,
  cutToFirstSignificantSubdomainWithWWW: ([url]) => `url_registered(url_host(${url}))`,
  port: called('url_port'),
  path: called('url_path'),
  pathFull: called('url_path_full'),
  queryString: called('url_query'),
  fragment: called('url_fragment'),
  queryStringAndFragment: called('url_query_and_fragment'),
  netloc: called('url_netloc'),
  extractURLParameter: called('url_parameter'),
  extractURLParameters: called('url_parameters'),
  extractURLParameterNames: called('url_parameter_names'),
  URLHierarchy: called('url_hierarchy', 'false'),
  URLPathHierarchy: called('url_hierarchy', 'true'),
  cutWWW: called('url_cut_www'),
  cutQueryString: called('url_cut_query'),
  cutFragment: called('url_cut_fragment'),
  cutQueryStringAndFragment: called('url_cut_query_and_fragment'),
  cutURLParameter: called('url_cut_parameter'),
  encodeURLComponent: called('url_encode', 'false'),
  encodeURLFormComponent: called('url_encode', 'true'),
  decodeURLComponent: called('url_decode', 'false'),
  decodeURLFormComponent: called('url_decode', 'true'),
}
