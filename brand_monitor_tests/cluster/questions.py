"""What the tests ask Dagster in GraphQL."""

LOCATION = """{ workspaceLocationEntryOrError(name: "brand_monitor") { ... on WorkspaceLocationEntry {
  displayMetadata { key value } locationOrLoadError { __typename } } } }"""
RELOAD = """mutation { reloadRepositoryLocation(repositoryLocationName: "brand_monitor") { __typename } }"""
LAUNCH = """mutation ($what: ExecutionParams!) { launchRun(executionParams: $what) {
  __typename
  ... on LaunchRunSuccess { run { runId } }
  ... on Error { message }
  ... on RunConfigValidationInvalid { errors { message } } } }"""
RUN = """query ($id: ID!) { runOrError(runId: $id) { ... on Run {
  runId status jobName tags { key value } creationTime startTime endTime
  stepStats { stepKey status startTime endTime } } } }"""
RUNS = """query ($filter: RunsFilter!) { runsOrError(filter: $filter) { ... on Runs { results {
  runId status jobName tags { key value } creationTime startTime endTime
  stepStats { stepKey status startTime endTime } } } } }"""
CANCEL = """mutation ($id: String!) {
  terminateRun(runId: $id, terminatePolicy: MARK_AS_CANCELED_IMMEDIATELY) { __typename } }"""
EVENTS = """query ($id: ID!) { logsForRun(runId: $id) { ... on EventConnection { events {
  ... on MessageEvent { message } ... on EngineEvent { error { message } }
  ... on RunFailureEvent { error { message } } } } } }"""
TICKS = """query ($it: SensorSelector!) { sensorOrError(sensorSelector: $it) { ... on Sensor {
  sensorState { ticks(limit: 1, statuses: [SKIPPED, SUCCESS]) { status } } } } }"""
