/** The scopes that a personal API key may have: PostHog's words, so that keys can be moved here as they are. */
const OBJECTS = new Set(
  `access_control account action activity_log ai_observability_clusters alert annotation approvals batch_export
  batch_import batch_import_support billing business_knowledge canvas cohort comment conversation customer_analytics
  customer_journey customer_profile_config customer_task dashboard dashboard_template data_catalog
  data_catalog_approval dataset early_access_feature element endpoint engineering_analytics error_tracking evaluation
  event_definition event_filter experiment experiment_holdout experiment_saved_metric export external_data_schema
  external_data_source feature_flag field_note file_system file_system_shortcut group health_issue heatmap hog_flow
  hog_function ingestion_warning insight insight_variable integration legal_document link live_debugger llm_analytics
  llm_gateway llm_playground llm_prompt llm_provider_key llm_skill logs loop marketing_analytics mcp_analytics metrics
  notebook organization organization_integration organization_member person personal_api_key plugin
  product_enablement product_tour project property_definition query query_performance replay_scanner
  revenue_analytics review_hog session_recording session_recording_playlist sharing_configuration signal_scout
  stamphog streamlit_app subscription survey tagger task ticket toolbar tracing uploaded_media usage_metric user
  user_interview vision_action vision_alert visual_review warehouse_objects warehouse_table warehouse_view
  web_analytics webhook wizard_session`.split(/\s+/),
)

/** `*`, or an object that PostHog has with `:read` or `:write`. */
export function isScope(word: string): boolean {
  if (word === '*') return true
  const [object = '', action, ...rest] = word.split(':')
  return rest.length === 0 && (action === 'read' || action === 'write') && OBJECTS.has(object)
}

/** Whether scopes satisfy one: `x:write` includes `x:read`, `*` everything. */
export const includesScope = (scopes: readonly string[], wanted: string): boolean =>
  scopes.includes('*') ||
  scopes.includes(wanted) ||
  (wanted.endsWith(':read') && scopes.includes(wanted.replace(/:read$/, ':write')))
