/** Names of this project's metrics and of the process, as they stand in texts. */
const NAME = /\b(?:nest_sessions|auth_password|nodejs|process)_[a-z0-9_]+/g;

/** Suffixes of the samples of a histogram. */
const PART = /_(bucket|count|sum)$/;

/** Returns the names of the metrics in a text, sorted. A histogram has one name. */
export function metricNamesIn(text: string): string[] {
  return [...new Set([...text.matchAll(NAME)].map(([name]) => metricOf(name)))].sort();
}

/** Returns the metric of a sample: a histogram has three kinds of samples. */
export function metricOf(sample: string): string {
  return sample.replace(PART, '');
}
